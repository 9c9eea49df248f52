"""A server begins anew, or ends, under load: no request is lost."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.storm import basic
from system.conftest import Running, free_port

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("reload")]

CLIENTS = 6


class Callers:
    """Clients that ask again and again over connections they keep, and never try twice."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self.made: list[str] = []
        self.lost: list[str] = []
        self.stopping = False

    async def ask(self) -> None:
        """Write and read what was written, until told to stop."""
        await asyncio.gather(*(self._one(number) for number in range(CLIENTS)))

    async def _one(self, number: int) -> None:
        async with httpx.AsyncClient(base_url=self._base_url, timeout=60) as http:
            while not self.stopping:
                try:
                    answer = await http.post("/Basic", json=basic(f"{number}"))
                    if answer.status_code == 201:
                        self.made.append(answer.json()["id"])
                    else:
                        self.lost.append(answer.text)
                except httpx.HTTPError as error:
                    self.lost.append(repr(error))
                await asyncio.sleep(0.02)


@pytest.fixture(params=[1, 2], ids=["one process", "two processes"])
def serving(request: pytest.FixtureRequest, mongodb_uri: str, tmp_path: Path) -> Iterator[Running]:
    name = f"test_reload_{request.param}"
    environment = {"CORDEE_MONGODB_URI": mongodb_uri, "CORDEE_MONGODB_DATABASE": name}
    running = Running(tmp_path / "data", free_port(), environment)
    try:
        yield running.start("--workers", str(request.param))
    finally:
        if running.process is not None and running.process.poll() is None:
            running.stop()


def servers(pid: int) -> set[str]:
    """Name the processes that serve: the children that were spawned, or this one's life."""
    if (folder := Path(f"/proc/{pid}")) and b"LISTEN_PID" in (folder / "environ").read_bytes():
        return {"again"}
    found = set()
    for child in (folder / "task" / str(pid) / "children").read_text().split():
        with contextlib.suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(child)
    return found


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so, some minutes at most: the machine may be busy."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0.1)
    pytest.fail("it did not come to that")


async def until_under_way(serving: Running, count: int) -> None:
    """Wait until so many requests are being answered, beside the one that asks."""
    async with httpx.AsyncClient(timeout=60) as http:
        for _ in range(600):
            lines = (await http.get(f"{serving.root}/metrics")).text.splitlines()
            flying = [line for line in lines if line.startswith("cordee_requests_in_flight")]
            if float(flying[0].split()[-1]) > count:
                return
    pytest.fail("the requests did not arrive")


async def test_a_reload_loses_no_request(serving: Running) -> None:
    """After SIGHUP other processes answer; meanwhile every request got its answer."""
    process = serving.process
    assert process is not None
    pid = process.pid
    first = servers(pid)
    callers = Callers(serving.base_url)
    asking = asyncio.create_task(callers.ask())
    await until(lambda: len(callers.made) >= CLIENTS)
    process.send_signal(signal.SIGHUP)
    await until(lambda: bool(servers(pid)) and not first & servers(pid))
    before = len(callers.made)
    await until(lambda: len(callers.made) >= before + 30 or process.poll() is not None)
    assert process.poll() is None, serving.log()[-3000:]
    callers.stopping = True
    await asking
    assert callers.lost == []


async def test_what_is_under_way_is_answered_before_the_end(serving: Running) -> None:
    """After SIGTERM requests that were sent are answered, and only then the server ends."""
    assert serving.process is not None
    entries = [
        {"resource": basic(f"{n}"), "request": {"method": "POST", "url": "Basic"}}
        for n in range(400)
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    async with httpx.AsyncClient(base_url=serving.base_url, timeout=60) as http:
        sent = [asyncio.create_task(http.post("", json=bundle)) for _ in range(3)]
        await until_under_way(serving, 3)
        serving.process.send_signal(signal.SIGTERM)
        answers = await asyncio.gather(*sent)
    assert [len(one.json()["entry"]) for one in answers] == [400] * 3
    assert await asyncio.to_thread(serving.process.wait, 60) == 0
