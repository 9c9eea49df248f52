"""Connections to subscribers understand what HTTP servers answer, and survive what is none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import pytest

from cordee.settings import Settings
from cordee.subscriptions.address import Addresses, AddressRefusedError
from cordee.subscriptions.http_connection import LARGEST_ANSWER, LARGEST_HEAD
from cordee.subscriptions.transport import Transport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
Peer: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    """A transport that may reach this machine."""
    settings = Settings(subscriptions_allow_http=True, subscriptions_allowed_hosts=["127.0.0.1"])
    made = Transport(settings, Addresses(settings))
    yield made
    await made.close()


@asynccontextmanager
async def listening(peer: Peer) -> AsyncIterator[str]:
    """A peer on a port of its own; gives its URL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await peer(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a b?c=d"
    server.close()


def saying(*parts: bytes) -> Peer:
    """A peer that reads the head of one request, says something, and closes."""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()

    return peer


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK,
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * (LARGEST_ANSWER + 1),
    ],
    ids=["empty", "endless", "chunked", "continue", "hints", "old", "huge"],
)
async def test_every_shape_of_answer_is_understood(transport: Transport, answer: bytes) -> None:
    """The final status counts, however the content is sent."""
    async with listening(saying(answer)) as url:
        assert (await transport.send("POST", url, {}, b"x", 5)).status == 200


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * LARGEST_HEAD + b"\r\n\r\n",
    ],
    ids=["nothing", "garbage", "half a head", "half a body", "upgrade", "long head"],
)
async def test_what_is_no_answer_is_a_failure(transport: Transport, answer: bytes) -> None:
    """Nothing else passes for an arrival."""
    async with listening(saying(answer)) as url:
        with pytest.raises(ConnectionError):
            await transport.send("POST", url, {}, b"x", 5)


async def test_a_connection_is_used_again_and_replaced_when_it_was_closed(
    transport: Transport,
) -> None:
    """Idle connections are used again; one closed meanwhile costs nothing but a new one."""
    connections: list[list[bytes]] = []

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads: list[bytes] = []
        connections.append(heads)
        for _ in range(2):
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(OK)
        await reader.readuntil(b"\r\n\r\n")  # then it closes without an answer

    async with listening(peer) as url:
        for _ in range(3):
            assert (await transport.send("POST", url, {"X-A": "é"}, b"", 5)).status == 200
    assert [len(heads) for heads in connections] == [2, 1]
    head = connections[0][0].decode("latin-1")
    assert head.startswith("POST /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:")
    assert "\r\nX-A: é\r\nContent-Length: 0\r\n\r\n" in head


async def test_silence_is_a_failure_and_frees_the_connection(transport: Transport) -> None:
    """After the time allowed nothing is waited for; the next request gets a new connection."""
    met: list[bool] = []

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(True)
        await reader.readuntil(b"\r\n\r\n")
        if len(met) > 1:
            writer.write(OK)
        await reader.read()

    async with listening(peer) as url:
        with pytest.raises(ConnectionError, match="no answer within"):
            await transport.send("POST", url, {}, b"", 0.2)
        assert (await transport.send("POST", url, {}, b"", 5)).status == 200


async def test_what_http_cannot_carry_is_refused(transport: Transport) -> None:
    """A header outside latin-1 is refused before anything is sent."""
    with pytest.raises(AddressRefusedError):
        await transport.send("POST", "http://127.0.0.1:9/", {"X": "\u20ac"}, b"", 5)


async def test_nobody_listens(transport: Transport) -> None:
    """A refused connection says so, and not to which address."""
    with pytest.raises(ConnectionError, match=r"^ConnectionRefusedError$"):
        await transport.send("POST", "http://127.0.0.1:9/", {}, b"", 5)
