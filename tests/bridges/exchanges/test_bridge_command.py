"""`cordee bridge`."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bridges.exchanges.conftest import Place
from cordee.cli.bridge import app


@pytest.fixture
def command(
    standing: tuple[Any, str], mongodb_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Call the command beside the standing application."""
    monkeypatch.setenv("CORDEE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("CORDEE_MONGODB_DATABASE", standing[1])
    monkeypatch.setenv("CORDEE_DATA", str(tmp_path))

    async def call(*words: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
        return result.exit_code, result.output

    return call


async def test_exchanges_are_listed_shown_and_ordered_anew(place: Place, command: Any) -> None:
    """An operator sees what failed and why, and has it tried again."""
    made = place.exchange(
        subject="Patient/7", target="DMP", state="failed", error="no answer", content={"a": 1}
    )
    await place.queue.put(made)
    await asyncio.sleep(0.005)  # what comes in the same millisecond has no order
    await place.queue.put(place.exchange("2", state="done"))
    code, text = await command("list", "--bridge", place.bridge, "--state", "failed")
    assert code == 0
    (row,) = [line for line in text.splitlines() if made.id in line]
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells[1:5] == [place.bridge, "send", "failed", "0"]
    assert cells[7:] == ["Patient/7", "DMP", "no answer"]
    code, text = await command("show", made.id, "--json")
    assert code == 0
    assert json.loads(text)["content"] == {"a": 1}
    assert "no answer" in (await command("show", made.id))[1]
    assert (await command("retry", made.id)) == (0, "1 exchange(s) will be tried again\n")
    code, text = await command("list", "--bridge", place.bridge, "--json")
    assert [each["state"] for each in json.loads(text)] == ["done", "waiting"]


async def test_all_of_a_state_are_ordered_anew(place: Place, command: Any) -> None:
    """After the other side was away for long, one order sends all that failed."""
    for number in range(3):
        await place.queue.put(place.exchange(str(number), state="failed"))
    ordered = await command("retry", "--bridge", place.bridge, "--state", "failed")
    assert ordered == (0, "3 exchange(s) will be tried again\n")


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--state", "lost"),
        ("show", "unknown"),
        ("retry", "unknown"),
        ("retry",),
        ("retry", "1", "--state", "failed"),
        ("retry", "--state", "done"),
    ],
    ids=" ".join,
)
async def test_wrong_words_are_told(command: Any, words: tuple[str, ...]) -> None:
    """What cannot be done is said, with the exit code of wrong usage."""
    assert (await command(*words))[0] == 2
