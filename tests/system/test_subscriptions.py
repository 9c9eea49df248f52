"""Processes are killed while notifications are under way; every acknowledged write is told."""

import asyncio
import json
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from subscriptions.conftest import subscription, topical
from subscriptions.receiver import Receiver
from system.conftest import Running, free_port
from system.subscriber import active, first_told

pytestmark = [pytest.mark.system, pytest.mark.chaos, pytest.mark.xdist_group("crash")]

WRITES = int(os.environ.get("CORDEE_TEST_FAULT_WRITES", "1500"))
"""Matching writes of the fault test; 20000 is the full measure."""
KILLS = max(4, WRITES // 800)
WRITERS = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running server that may tell subscribers on this machine."""
    folder = tmp_path_factory.mktemp("cordee")
    environment = {
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "CORDEE_SUBSCRIPTIONS_ALLOW_HTTP": "1",
        "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
    }
    running = Running(folder / "data", free_port(), environment)
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A subscriber that takes everything."""
    async with Receiver() as listening:
        yield listening


@dataclass(slots=True)
class Writers:
    """Write until so many are acknowledged; the ids say which."""

    base_url: str
    left: int
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0

    async def run(self) -> None:
        """Write with several clients at once."""
        async with httpx.AsyncClient(base_url=self.base_url, timeout=30) as http:
            await asyncio.gather(*(self._write(http) for _ in range(WRITERS)))

    async def _write(self, http: httpx.AsyncClient) -> None:
        while self.left > 0:
            self.left -= 1
            body = {"resourceType": "Basic", "code": {"text": "storm"}}
            try:
                answer = await http.post("/Basic", json=body)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == 201:
                self.acknowledged.append(answer.json()["id"])
            else:
                self.left += 1
                self.refused += 1
                await asyncio.sleep(0.05)


@pytest.mark.timeout(int(120 + WRITES / 10))
async def test_every_acknowledged_write_is_told_whoever_is_killed(
    server: Running, receiver: Receiver
) -> None:
    """The server, mongod and the subscriber are killed in a storm; nothing acknowledged is missed.

    Numbers have no gaps, first deliveries are in order, and what comes twice has its old number.
    """
    hook = subscription(receiver.url, "Basic", payload="application/fhir+json")
    await active(server.base_url, hook)
    writers = Writers(server.base_url, WRITES)
    writing = asyncio.create_task(writers.run())
    kills = {"server": 0, "mongod": 0, "subscriber": 0}
    chance = random.Random(4)
    victims = ["server", "mongod", "subscriber"]
    while not writing.done() and sum(kills.values()) < KILLS:
        await asyncio.wait([writing], timeout=chance.uniform(1, 4))
        victim = victims[sum(kills.values()) % 3]
        kills[victim] += 1
        await _kill(victim, server, receiver)
    await writing
    await asyncio.to_thread(server.wait)
    wanted = {(id, 1) for id in writers.acknowledged}
    first = await first_told(receiver, wanted)
    print(  # noqa: T201 - the counts are what this test is for
        f"\nwrites acknowledged {len(writers.acknowledged)}, refused {writers.refused}; "
        f"notified {len(first)}, twice {len(receiver.all) - len(first)}; kills {kills}"
    )
    assert list(first) == list(range(1, len(first) + 1))
    assert len(set(first.values())) == len(first)


async def _kill(victim: str, server: Running, receiver: Receiver) -> None:
    if victim == "server":
        server.kill()
        await asyncio.to_thread(server.start)
    elif victim == "mongod":
        pid = int((server.data / "mongodb" / "mongod.lock").read_text())
        os.kill(pid, signal.SIGKILL)
    else:
        await receiver.stop()
        await asyncio.sleep(1)
        await receiver.start()


async def test_websockets_are_told_in_both_ways(server: Running) -> None:
    """A socket bound by id gets pings; one bound by token, once, gets notification bundles."""
    topic = topical("", "alert", content="id-only")
    plain = subscription("", "Flag")
    for hook in (topic, plain):
        hook["channel"]["type"] = "websocket"
        del hook["channel"]["endpoint"]
    named = [await active(server.base_url, hook) for hook in (topic, plain)]
    async with httpx.AsyncClient(base_url=server.base_url) as http:
        asked = await http.get(f"/Subscription/{named[0]}/$get-ws-binding-token")
        given = {row["name"]: row for row in asked.json()["parameter"]}
        address = given["websocket-url"]["valueUrl"]
        async with connect(address) as bundles, connect(address) as pings:
            await bundles.send(f"bind-with-token {given['token']['valueString']}")
            handshake = json.loads(await asyncio.wait_for(bundles.recv(), 10))
            assert "handshake" in str(handshake["entry"][0])
            await pings.send(f"bind {named[1]}")
            assert await asyncio.wait_for(pings.recv(), 10) == f"bound {named[1]}"
            flag = {"status": "active", "code": {"text": "fall"}, "subject": {"display": "x"}}
            made = await http.post("/Flag", json={"resourceType": "Flag"} | flag)
            assert await asyncio.wait_for(pings.recv(), 10) == f"ping {named[1]}"
            told = json.loads(await asyncio.wait_for(bundles.recv(), 10))
            assert f"Flag/{made.json()['id']}" in str(told["entry"][0])
        for token in ("nonsense", given["token"]["valueString"]):
            async with connect(address) as wrong:
                await wrong.send(f"bind-with-token {token}")
                assert str(await asyncio.wait_for(wrong.recv(), 10)).startswith("error:")


def test_no_secret_is_returned_or_logged(server: Running) -> None:
    """A header's secret is neither returned nor written to the server's log."""
    hook = subscription("https://example.org/hook", header=["Authorization: Bearer open-sesame"])
    made = httpx.post(f"{server.base_url}/Subscription", json=hook)
    assert made.status_code == 201, made.text
    found = httpx.get(f"{server.base_url}/Subscription/{made.json()['id']}").text
    assert "open-sesame" not in made.text + found + server.log()
    assert "Authorization: sealed:" in found
    assert not any(b"open-sesame" in path.read_bytes() for path in _logs(server.data))


def _logs(data: Path) -> list[Path]:
    return [path for path in data.rglob("*.log") if path.is_file()]
