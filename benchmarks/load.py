"""A lean HTTP/1.1 load generator: closed loop, keep-alive, prepared request bytes.

Its own cost is small beside any server's (about 40 µs a request), so that ratios between servers
are not pressed together by a heavy client.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TypeAlias
from urllib.parse import urlsplit

RequestBytes: TypeAlias = bytes
Requests: TypeAlias = Iterator[RequestBytes]


@dataclass(slots=True)
class Result:
    """What one run saw: latencies in seconds, and how many answers were errors."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    first_error: bytes = b""

    @property
    def rate(self) -> float:
        """Give good answers per second."""
        return (len(self.latencies) - self.errors) / self.seconds if self.seconds else 0.0

    def percentile(self, percent: int) -> float:
        """Give a latency percentile in milliseconds."""
        if len(self.latencies) < 2:
            return 0.0
        return quantiles(self.latencies, n=100)[percent - 1] * 1000


class Connection(asyncio.Protocol):
    """One keep-alive connection; `send` gives the status and body of the answer."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.waiter: asyncio.Future[tuple[int, bytes]] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Complete the waiting request when a whole answer is here."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or self.waiter is None:
            return
        head = bytes(self.buffer[:end]).lower()
        status = int(head[9:12])
        marker = head.find(b"content-length:")
        if marker >= 0:
            stop = head.find(b"\r\n", marker)
            length = int(head[marker + 15 : stop if stop > 0 else None])
        elif b"transfer-encoding: chunked" in head:
            length = self.buffer.find(b"0\r\n\r\n", end) + 5 - (end + 4)
            if length < 0:
                return
        else:
            length = 0
        total = end + 4 + length
        if len(self.buffer) >= total:
            body = bytes(self.buffer[end + 4 : total])
            del self.buffer[:total]
            waiter, self.waiter = self.waiter, None
            waiter.set_result((status, body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the waiting request."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_exception(exc or ConnectionResetError("server closed the connection"))

    async def send(self, request: RequestBytes) -> tuple[int, bytes]:
        """Send one request and wait for its answer."""
        assert self.transport is not None
        if self.transport.is_closing():
            raise ConnectionResetError("the server has hung up")
        self.waiter = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiter


async def connect(base_url: str) -> Connection:
    """Open a connection to the server of a base URL."""
    parts = urlsplit(base_url)
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        Connection, parts.hostname or "127.0.0.1", parts.port or 80
    )
    return connection


async def run(
    base_url: str,
    requests: Callable[[int], Requests],
    *,
    connections: int = 16,
    seconds: float = 5.0,
    expect: tuple[int, ...] = (200, 201),
) -> Result:
    """Send requests over some connections for some seconds; `requests(n)` feeds connection n."""
    result = Result()
    opened = [await connect(base_url) for _ in range(connections)]
    start = time.perf_counter()
    deadline = start + seconds

    async def loop(connection: Connection, feed: Requests) -> None:
        for request in feed:
            begun = time.perf_counter()
            if begun >= deadline:
                return
            status, body = await connection.send(request)
            result.latencies.append(time.perf_counter() - begun)
            if status not in expect:
                result.errors += 1
                result.first_error = result.first_error or body[:500]

    await asyncio.gather(*(loop(one, requests(n)) for n, one in enumerate(opened)))
    result.seconds = time.perf_counter() - start
    for connection in opened:
        if connection.transport is not None:
            connection.transport.close()
    return result


def request(
    method: str, base_url: str, path: str, body: bytes = b"", content: str = "application/fhir+json"
) -> RequestBytes:
    """Prepare the bytes of a request."""
    parts = urlsplit(base_url)
    head = [
        f"{method} {parts.path.rstrip('/')}/{path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Accept: application/fhir+json",
    ]
    if body:
        head += [f"Content-Type: {content}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def cycle(prepared: list[RequestBytes]) -> Callable[[int], Requests]:
    """Feed each connection all prepared requests for ever, from a place of its own."""

    def feed(connection: int) -> Requests:
        offset = connection * 7919 % len(prepared)
        return itertools.cycle(prepared[offset:] + prepared[:offset])

    return feed
