"""What clients see when something breaks, and what is lost: nothing that was acknowledged.

    python -m benchmarks.chaos [--fault kill-server …] [--seconds 20] [--keep]

A storm of creates, changes and deletions goes on while one thing breaks: the server is killed, the
primary of three MongoDB members is killed, the disk of the database is full, a subscriber is slow,
the clock jumps. Afterwards every acknowledged version is looked for, and holes in histories.

The full disk needs the right to mount (a tmpfs); the clock that jumps is the server's
(`benchmarks.wrong_clock`).
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient

from benchmarks.record import Record, keeping
from benchmarks.servers import free_port
from benchmarks.storm import Storm, losses
from cordee.store.embedded import find_binary

MEMORY = "0.25"
"""GB of cache of each mongod."""


@dataclass(slots=True)
class Place:
    """A server on some database, which can be killed and started again."""

    folder: Path
    uri: str | None
    module: tuple[str, ...] = ("cordee",)
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def base_url(self) -> str:
        """Give the FHIR base."""
        return f"http://127.0.0.1:{self.port}/fhir"

    def start(self) -> None:
        """Start and wait until it serves."""
        self.port = self.port or free_port()
        given = {"CORDEE_MONGODB_URI": self.uri} if self.uri else {}
        own = {
            "CORDEE_DATA": str(self.folder / "data"),
            "CORDEE_MONGODB_CACHE_GB": MEMORY,
            "CORDEE_SUBSCRIPTIONS_ALLOW_HTTP": "1",
            "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
        }
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.module, "serve", "--port", str(self.port)],
                env=os.environ | own | given,
                stdout=log,
                stderr=log,
            )
        self.wait()

    def wait(self) -> None:
        """Wait until it says that it is ready."""
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.base_url[:-5]}/health/ready", timeout=5).is_success:
                    return
            time.sleep(0.2)
        raise SystemExit(f"the server is not ready: see {self.folder / 'server.log'}")

    def kill(self) -> None:
        """Kill it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()


def mongod(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Start one member of a replica set."""
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [
            *(str(find_binary()), "--replSet", "chaos", "--port", str(port)),
            *("--dbpath", str(folder), "--bind_ip", "127.0.0.1", "--quiet"),
            *("--wiredTigerCacheSizeGB", MEMORY, "--oplogSize", "64"),
        ],
        stdout=subprocess.DEVNULL,
    )


class Members:
    """A replica set of our own."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.ports = [free_port() for _ in range(count)]
        self.processes = [mongod(folder / str(port), port) for port in self.ports]
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self.uri = f"mongodb://{hosts}/?replicaSet=chaos"
        members = [{"_id": n, "host": f"127.0.0.1:{port}"} for n, port in enumerate(self.ports)]
        for port in self.ports:
            with MongoClient[Any](port=port, directConnection=True) as client:
                client.admin.command("ping")
        with MongoClient[Any](port=self.ports[0], directConnection=True) as client:
            client.admin.command("replSetInitiate", {"_id": "chaos", "members": members})

    def primary(self) -> int:
        """Give the place of the primary in the list."""
        with MongoClient[Any](self.uri) as client:
            client.admin.command("ping")
            address = client.primary
        assert address is not None
        return self.ports.index(address[1])

    def stop(self) -> None:
        """End all members."""
        for process in self.processes:
            process.kill()
            process.wait()


@dataclass(slots=True)
class Seen:
    """What became of one fault."""

    storm: Storm
    lost: list[str]
    gap: float
    notes: str = ""

    def row(self) -> dict[str, float | str | None]:
        """Give the columns of the table."""
        refusals = ", ".join(f"{n} {what}" for what, n in sorted(self.storm.refusals.items()))
        return {
            "acknowledged": len(self.storm.acknowledged),
            "what clients saw": refusals or "nothing",
            "longest gap, s": round(self.gap, 1),
            "lost": len(self.lost),
            "notes": self.notes or "-",
        }


async def stormed(
    place: Place, seconds: float, breaking: Callable[[Storm], Awaitable[str]]
) -> Seen:
    """Blow a storm, break something in it, and look what is there afterwards."""
    storm = Storm(place.base_url)
    blowing = asyncio.create_task(storm.blow())
    await asyncio.sleep(seconds / 3)
    before = len(storm.acknowledged)
    notes = await breaking(storm)
    await asyncio.sleep(seconds * 2 / 3)
    storm.stopping = True
    await blowing
    after = len(storm.acknowledged) - before
    notes = f"{notes}; {before} writes before, {after} after" if notes else ""
    await asyncio.to_thread(place.wait)
    return Seen(storm, await losses(place.base_url, storm), storm.longest_gap(), notes)


async def kill_server(folder: Path, seconds: float) -> Seen:
    """Kill -9 the server, which is started again."""
    async with _served(folder, None) as place:

        async def breaking(_storm: Storm) -> str:
            place.kill()
            await asyncio.to_thread(place.start)
            return "started again, with its MongoDB"

        return await stormed(place, seconds, breaking)


async def kill_database(folder: Path, seconds: float) -> Seen:
    """Kill -9 the private mongod; the server starts it again."""
    async with _served(folder, None) as place:

        async def breaking(_storm: Storm) -> str:
            text = (folder / "data" / "mongodb" / "mongod.lock").read_text()
            os.kill(int(text), signal.SIGKILL)
            return "the server started it again"

        return await stormed(place, seconds, breaking)


async def kill_primary(folder: Path, seconds: float) -> Seen:
    """Kill -9 the primary of three members."""
    members = await asyncio.to_thread(Members, folder, 3)
    try:
        async with _served(folder, members.uri) as place:

            async def breaking(_storm: Storm) -> str:
                number = await asyncio.to_thread(members.primary)
                members.processes[number].kill()
                return "the two others elected one of them"

            return await stormed(place, seconds, breaking)
    finally:
        members.stop()


async def full_disk(folder: Path, seconds: float) -> Seen:
    """The disk of the database is full, then has room again."""
    mount = folder / "small"
    mount.mkdir()
    await _command("mount", "-t", "tmpfs", "-o", "size=420m", "tmpfs", str(mount))
    members = None
    try:
        members = await asyncio.to_thread(Members, mount, 1)
        async with _served(folder, members.uri) as place:
            own = members

            async def breaking(storm: Storm) -> str:
                ballast = mount / "ballast"
                with ballast.open("wb") as file, contextlib.suppress(OSError):
                    while True:
                        file.write(b"\0" * 65536)
                        file.flush()
                await asyncio.sleep(seconds / 3)
                during = len(storm.acknowledged)
                ballast.unlink()
                died = own.processes[0].poll() is not None
                if died:
                    own.processes[0] = mongod(mount / str(own.ports[0]), own.ports[0])
                ended = "mongod ended itself and was started again" if died else "mongod stayed"
                await asyncio.sleep(seconds / 2)
                after = len(storm.acknowledged) - during
                return f"{ended}; {after} writes after there was room again"

            return await stormed(place, seconds, breaking)
    finally:
        if members is not None:
            members.stop()
        await _command("umount", "-l", str(mount))


async def _command(*words: str) -> None:
    done = await asyncio.create_subprocess_exec(*words)
    if await done.wait():
        raise SystemExit(f"{' '.join(words)} failed")


async def slow_subscriber(folder: Path, seconds: float) -> Seen:
    """A subscriber that takes five seconds for each answer, beside one that is quick."""
    told: dict[str, set[str]] = {"slow": set(), "quick": set()}

    def hook(name: str, pause: float) -> Any:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                    length = int(head.lower().partition("content-length:")[2].split("\r")[0] or 0)
                    await reader.readexactly(length)
                    await asyncio.sleep(pause)
                    told[name].add(head.split(" ", 2)[1].rpartition("/")[2])
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        return answer

    async with _served(folder, None) as place:
        for name, pause in (("slow", 5.0), ("quick", 0.0)):
            server = await asyncio.start_server(hook(name, pause), "127.0.0.1", 0)
            await _subscribe(place, server.sockets[0].getsockname()[1])

        async def breaking(_storm: Storm) -> str:
            await asyncio.sleep(seconds / 2)
            return ""

        seen = await stormed(place, seconds, breaking)
        wanted = {id for id, _ in seen.storm.acknowledged}
        for _ in range(100):
            if wanted <= told["quick"]:
                break
            await asyncio.sleep(0.2)
        seen.notes = (
            f"the quick one was told of {len(wanted & told['quick'])} of {len(wanted)}; the slow "
            f"one of {len(wanted & told['slow'])} so far, the rest waits in the queue"
        )
        return seen


async def clock_jump(folder: Path, seconds: float) -> Seen:
    """Set the server's clock an hour back, then two hours forth, while it runs."""
    clock = folder / "clock"
    clock.write_text("0")
    async with _served(folder, None, ("benchmarks.wrong_clock", str(clock))) as place:

        async def breaking(_storm: Storm) -> str:
            for hours in (-1, 2):
                clock.write_text(str(hours * 3600))
                await asyncio.sleep(seconds / 4)
            return "lastUpdated ascends with every version"

        seen = await stormed(place, seconds, breaking)
        seen.lost += await _backwards(place.base_url, seen.storm)
        return seen


async def _backwards(base_url: str, storm: Storm) -> list[str]:
    """List the resources whose times do not ascend with their versions."""
    found = []
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as http:
        for id in sorted({id for id, _ in storm.acknowledged}):
            entries = (await http.get(f"/Basic/{id}/_history")).json()["entry"]
            times = [row["response"]["lastModified"] for row in entries]
            if times != sorted(set(times), reverse=True):
                found.append(f"{id}: {times}")
    return found


async def _subscribe(place: Place, port: int) -> None:
    made = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "chaos",
        "criteria": "Basic",
        "channel": {
            "type": "rest-hook",
            "endpoint": f"http://127.0.0.1:{port}/told",
            "payload": "application/fhir+json",
        },
    }
    async with httpx.AsyncClient(base_url=place.base_url, timeout=60) as http:
        answer = await http.post("/Subscription", json=made)
        answer.raise_for_status()
        for _ in range(600):
            if (await http.get(f"/Subscription/{answer.json()['id']}")).json()[
                "status"
            ] == "active":
                return
            await asyncio.sleep(0.2)
    raise SystemExit("the subscription did not become active")


@asynccontextmanager
async def _served(
    folder: Path, uri: str | None, module: tuple[str, ...] = ("cordee",)
) -> AsyncIterator[Place]:
    place = Place(folder, uri, module)
    await asyncio.to_thread(place.start)
    try:
        yield place
    finally:
        await asyncio.to_thread(place.stop)


FAULTS: dict[str, Callable[[Path, float], Coroutine[Any, Any, Seen]]] = {
    "kill-server": kill_server,
    "kill-database": kill_database,
    "kill-primary": kill_primary,
    "full-disk": full_disk,
    "slow-subscriber": slow_subscriber,
    "clock-jump": clock_jump,
}


def main() -> None:
    """Break things, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fault", action="append", choices=list(FAULTS), default=[])
    parser.add_argument("--seconds", type=float, default=20)
    keeping(parser)
    given = parser.parse_args()
    record = Record("chaos", {"seconds": given.seconds, "writers": 6})
    lost = 0
    for name in given.fault or FAULTS:
        folder = Path(tempfile.mkdtemp(prefix="chaos-"))
        try:
            seen = asyncio.run(FAULTS[name](folder, given.seconds))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        record.rows[name] = seen.row()
        lost += len(seen.lost)
        print(name, seen.row(), seen.lost[:5], flush=True)
    record.tell(keep=given.keep)
    raise SystemExit(1 if lost else 0)


if __name__ == "__main__":
    main()
