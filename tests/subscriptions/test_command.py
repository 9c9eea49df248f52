"""`cordee subscriptions`."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cordee.cli.subscriptions import app
from subscriptions.conftest import observation, subscription
from subscriptions.receiver import Receiver


@pytest.fixture
def command(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Call the command on the test's own database, beside the server."""
    monkeypatch.setenv("CORDEE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("CORDEE_MONGODB_DATABASE", mongodb_database)
    monkeypatch.setenv("CORDEE_DATA", str(tmp_path))

    async def call(*words: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
        return result.exit_code, result.output

    return call


async def test_subscriptions_are_listed_paused_and_replayed(
    server: Any, receiver: Receiver, command: Any
) -> None:
    """An operator sees what is pending, and decides when it is sent, and whether again."""
    id = await server.subscribe(subscription(receiver.url))
    assert await command("pause", id) == (0, f"Subscription/{id} is paused\n")
    await asyncio.sleep(2.5)
    await server.create(observation())
    await asyncio.sleep(0.5)
    code, shown = await command("list")
    assert code == 0
    (row,) = [line for line in shown.splitlines() if id in line]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells[1:4] == ["active", "Observation", f"rest-hook {receiver.url}"]
    assert cells[5:] == ["1", "1", "0", "yes"]
    assert receiver.all == []
    assert (await command("resume", id))[0] == 0
    await receiver.wait(1)
    async with asyncio.timeout(10):  # what was received is noted a moment later
        while " 1 │ 0 │ 0 " not in " ".join((await command("list"))[1].split()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    said = f"Subscription/{id} will be told again of"
    assert await command("replay", id, "--from", "1", "--to", "9") == (0, f"{said} 1 event(s)\n")
    assert await command("replay", id, "--dead") == (0, f"{said} 0 event(s)\n")
    assert (await command("replay", id, "--from", "2", "--to", "1"))[0] == 2
    told = await receiver.wait(2)
    assert [each.number for each in told] == [1, 1]
    assert (await command("pause", "nothing"))[0] == 2
