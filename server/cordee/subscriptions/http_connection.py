"""One HTTP/1.1 connection to a subscriber: one request at a time, of whose answer little is kept.

httptools reads the answers; what is written is a request line, headers and a body.

https://www.rfc-editor.org/rfc/rfc9112
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import httptools

LARGEST_ANSWER = 64 * 1024
"""Bytes of content after which an answer is taken as it is, and the connection closed."""
LARGEST_HEAD = 32 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a subscriber answered; header names are in small letters."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


class UnusedError(ConnectionError):
    """The connection was closed before a word of an answer, as idle ones are."""


class HttpConnection(asyncio.Protocol):
    """The protocol of one connection."""

    def __init__(self) -> None:
        """Wait to be connected."""
        self.open = False
        self.idle_since = 0.0
        self.used = False
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._size = 0
        self._heard = False
        self._whole_head = False
        self._told: asyncio.Future[Answer] | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a request and give the answer to it. Raises `ConnectionError`."""
        if not self.open or self._transport is None:
            raise UnusedError("the connection was closed")
        self._headers, self._size = {}, 0
        self._heard = self._whole_head = False
        self._told = asyncio.get_running_loop().create_future()
        try:
            self._transport.write(request)
            return await self._told
        except BaseException:
            self.close()
            raise
        finally:
            self._told = None
            self.used = True

    def close(self) -> None:
        """Cut the connection."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        self._transport = cast(asyncio.Transport, transport)
        self.open = True

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for ends the connection."""
        if self._told is None:
            self.close()
            return
        self._heard = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(ConnectionError("the answer is not HTTP"))

    def connection_lost(self, reason: Exception | None) -> None:
        """Take the end as the end of an answer that has no length, else as a failure."""
        self.open = False
        if self._told is None or self._told.done():
            return
        if not self._heard:
            self._fail(UnusedError("the connection was closed without an answer"))
        elif reason is None and self._whole_head and self._endless():
            self._finish()
        else:
            self._fail(ConnectionError("the connection was closed within the answer"))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self._grow(len(name) + len(value), LARGEST_HEAD)
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Begin to count the content."""
        self._size, self._whole_head = 0, True

    def on_body(self, content: bytes) -> None:
        """Throw content away; of an answer without end, no more is waited for."""
        self._size += len(content)
        if self._size > LARGEST_ANSWER:
            self._finish()
            self.close()

    def on_message_complete(self) -> None:
        """Give the answer, unless it only says that another comes (1xx)."""
        if self._parser.get_status_code() < 200:
            self._headers, self._whole_head = {}, False
            return
        keeps = self._parser.should_keep_alive()
        self._finish()
        if not keeps:
            self.close()

    def _grow(self, size: int, most: int) -> None:
        self._size += size
        if self._size > most:
            self._fail(ConnectionError("the answer's headers are too long"))

    def _endless(self) -> bool:
        return "content-length" not in self._headers and "transfer-encoding" not in self._headers

    def _finish(self) -> None:
        if self._told is not None and not self._told.done():
            self._told.set_result(Answer(self._parser.get_status_code(), self._headers))

    def _fail(self, error: ConnectionError) -> None:
        if self._told is not None and not self._told.done():
            self._told.set_exception(error)
        self.close()
