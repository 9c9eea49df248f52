"""A real server under clients that hold it up: connections that trickle are closed."""

import asyncio
import socket
import time

import pytest
import uvicorn

from cordee.web import http_protocol
from cordee.web.http_protocol import HttpProtocol

pytestmark = pytest.mark.system


async def app(_scope: object, _receive: object, send: object) -> None:
    """Answer at once."""
    await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]


async def _until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float:
    """Send a header line now and then until the server has had enough; give the seconds."""
    begun = time.monotonic()
    while time.monotonic() - begun < 5:
        try:
            writer.write(b"X: y\r\n")
            await writer.drain()
            async with asyncio.timeout(0.1):
                if not await reader.read(100):
                    break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    writer.close()
    return time.monotonic() - begun


async def test_heads_that_do_not_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first head that trickles, and a later one, end the connection; whole ones do not."""
    monkeypatch.setattr(http_protocol, "HEAD_TIMEOUT", 0.5)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = uvicorn.Config(app, http=HttpProtocol, lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert 0.3 < await _until_closed(reader, writer) < 2
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"204" in await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.3)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert 0.3 < await _until_closed(reader, writer) < 2
        server.should_exit = True
        await serving
