"""HTTP/1.1 as uvicorn speaks it, for clients that send their request's head in time.

uvicorn waits for ever for the end of a head: connections that trickle would be held for nothing.
And when it stops it hangs up on idle connections at once, where a client may be writing its next
request: those are answered here for a while, with the word that the connection ends.

https://www.rfc-editor.org/rfc/rfc9112#section-9.6
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cordee.web import unreadable
from cordee.web.joined_writes import JoinedWrites

HEAD_TIMEOUT = 15.0
"""Seconds from a connection, or from the first byte of a later head, to the head's end."""

LINGER = 1.0
"""Seconds that an idle connection stays open while the server stops: its client may be writing."""


class HttpProtocol(HttpToolsProtocol):
    """Closes connections whose request heads do not end in time."""

    _late: asyncio.TimerHandle | None = None
    _reading = True
    _leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._joined: Any = JoinedWrites(transport, self.loop)
        self._late = self.loop.call_later(HEAD_TIMEOUT, transport.close)

    def data_received(self, data: bytes) -> None:
        """Read on, and watch the time while a head is incomplete."""
        super().data_received(data)
        if not self._reading:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_TIMEOUT, self.transport.close)

    def on_message_begin(self) -> None:
        """Note that a head has begun."""
        self._reading = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that a head has ended."""
        self._reading = False
        super().on_headers_complete()
        if self.cycle is None:
            return
        self.cycle.transport = self._joined
        if self._leaving:
            self.cycle.keep_alive = False  # the answer says so, and the connection closes after it

    def shutdown(self) -> None:
        """Answer what is under way, and what a client sends before it knows."""
        self._leaving = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LINGER, super().shutdown)
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - says less than we know
        """Say why a head cannot be read."""
        url = getattr(self, "url", b"")
        self.transport.write(unreadable.answer(url, self.server_state.default_headers))
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
