"""A real HTTP subscriber: it keeps what it is sent, and answers as it is told."""

import asyncio
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def number(self) -> int:
        """The event number that the message names."""
        return int(self.headers["x-cordee-event-number"])

    def json(self) -> Any:
        """The content."""
        return json.loads(self.body)


Script = Callable[[Received], tuple[int, dict[str, str]]]


@dataclass(slots=True)
class Receiver:
    """Listens on a port of its own; `answer` decides what each request gets."""

    answer: Script = lambda _: (200, {})
    delay: float = 0.0
    port: int = 0
    tls: ssl.SSLContext | None = None
    all: list[Received] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        """Give the address."""
        scheme = "https" if self.tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}/hook"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop, cutting connections."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.close()
        await asyncio.sleep(0)

    async def wait(self, count: int, seconds: float = 20) -> list[Received]:
        """Wait until so many requests have arrived."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: len(self.all) >= count)
        return self.all

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while (received := await _read(reader)) is not None:
                if self.delay:
                    await asyncio.sleep(self.delay)
                status, headers = self.answer(received)
                async with self._news:
                    self.all.append(received)
                    self._news.notify_all()
                lines = [f"HTTP/1.1 {status} X", "Content-Length: 0"]
                lines += [f"{name}: {value}" for name, value in headers.items()]
                writer.write("\r\n".join([*lines, "", ""]).encode())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received | None:
    line = await reader.readline()
    if not line:
        return None
    method, path, _ = line.decode().split(" ", 2)
    headers: dict[str, str] = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, path, headers, body)
