"""Two real servers that hold circles of the same persons, and what can go wrong between them.

Each server reaches the other through a proxy that can be cut or swallow answers; it can be killed,
and its clock be set wrong while it runs.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

Way = Literal["open", "cut", "mute"]
"""A mute way takes requests and loses the answers."""


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Proxy:
    """A way to a port on this machine."""

    target: int
    port: int = 0
    way: Way = "open"
    _server: asyncio.Server | None = None
    _under_way: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        """Listen on a port of its own."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut everything."""
        self.set("cut")
        if self._server is not None:
            self._server.close()

    def set(self, way: Way) -> None:
        """Open the way, or cut it with all that is under way."""
        self.way = way
        if way == "cut":
            for writer in list(self._under_way):
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.way == "cut":
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._under_way |= {writer, back}
        try:
            with contextlib.suppress(asyncio.CancelledError):  # at the very end
                await asyncio.gather(self._pass(reader, back), self._pass(there, writer, back=True))
        finally:
            self._under_way -= {writer, back}
            writer.transport.abort()
            back.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if back and self.way == "mute":
                    break
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


@dataclass
class Member:
    """One server of the two."""

    name: str
    folder: Path
    uri: str
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    kills: int = 0

    @property
    def base(self) -> str:
        """Give its FHIR base."""
        return f"http://127.0.0.1:{self.port}/fhir"

    @property
    def clock(self) -> Path:
        """Give the file that says by how many seconds its clock is wrong."""
        return self.folder / f"{self.name}.clock"

    def configure(self, own: Proxy, other: str, way: Proxy) -> None:
        """Write its file of peers: it is reached through `own`, and reaches the other by `way`."""
        self.clock.write_text("0")
        peers = {
            "server": self.name,
            "url": f"http://127.0.0.1:{own.port}",
            "peers": [{"name": other, "url": f"http://127.0.0.1:{way.port}/fhir"}],
        }
        (self.folder / f"{self.name}.json").write_text(json.dumps(peers))

    def start(self) -> None:
        """Start it; `wait` waits."""
        settings = {
            "MONGODB_URI": self.uri,
            "MONGODB_DATABASE": f"federation-{self.name}",
            "DATA": str(self.folder / self.name),
            "FEDERATION_PEERS": str(self.folder / f"{self.name}.json"),
            "FEDERATION_ALLOW_HTTP": "1",
            "FEDERATION_SECONDS": "2",
            "SUBSCRIPTIONS_ALLOW_HTTP": "1",
            "SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
            "LOG_LEVEL": "warning",
        }
        command = [sys.executable, "-m", "benchmarks.wrong_clock", str(self.clock)]
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "serve", "--port", str(self.port)],
                env=os.environ | {f"CORDEE_{name}": text for name, text in settings.items()},
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[1],
            )

    async def wait(self, seconds: float = 300) -> None:
        """Wait until it is ready."""
        end = time.monotonic() + seconds
        async with httpx.AsyncClient(timeout=2) as http:
            while time.monotonic() < end:
                with contextlib.suppress(httpx.HTTPError):
                    ready = await http.get(f"http://127.0.0.1:{self.port}/health/ready")
                    if ready.status_code == 200:
                        return
                await asyncio.sleep(0.1)
        raise RuntimeError(f"{self.name} is not ready: {self.log()[-3000:]}")

    async def kill(self) -> None:
        """Kill it as a power cut would, and start it again."""
        assert self.process is not None
        self.kills += 1
        self.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait, 30)
        self.start()
        await self.wait()

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)

    def log(self) -> str:
        """Give what it wrote."""
        return (self.folder / f"{self.name}.log").read_text("utf-8", "replace")


@dataclass
class Trouble:
    """Cuts ways, kills servers and sets clocks wrong, until told to stop."""

    members: list[Member]
    ways: list[Proxy]
    chance: random.Random
    kill_every: int
    """Edits after which one of the servers is killed; 0 for never."""
    progress: Callable[[], int]
    """Tells how many edits were made."""
    cuts: int = 0
    skews: int = 0
    over: bool = False

    async def run(self) -> None:
        """Make trouble."""
        killed = 0
        while not self.over:
            way = self.chance.choice(self.ways)
            way.set(self.chance.choice(("cut", "cut", "mute", "open")))
            self.cuts += way.way != "open"
            await asyncio.sleep(self.chance.uniform(0.2, 2.0))
            for each in self.ways:
                if self.chance.random() < 0.6:
                    each.set("open")
            member = self.chance.choice(self.members)
            member.clock.write_text(str(self.chance.uniform(-7200, 7200)))
            self.skews += 1
            if self.kill_every and self.progress() - killed >= self.kill_every:
                killed = self.progress()
                await self.chance.choice(self.members).kill()
            await asyncio.sleep(self.chance.uniform(0.1, 1.0))
        for each in self.ways:
            each.set("open")
