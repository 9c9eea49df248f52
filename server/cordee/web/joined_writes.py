"""An answer's head leaves with the beginning of its body: one write, one waking of the client.

uvicorn writes the head apart, and uvloop sends every write at once.
"""

import asyncio
from typing import Any

HEAD = b"HTTP/1."
LARGE = 65_536
"""Bytes of a body from which on joining costs more than a write."""


class JoinedWrites:
    """A connection's transport that holds a head back until the body comes, or the loop turns."""

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Write to a transport."""
        self._transport = transport
        self._loop = loop
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the transport does."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, or hold back what begins as heads do."""
        if self._held:
            held, self._held = self._held, b""
            if len(data) < LARGE:
                self._transport.write(held + data)
                return
            self._transport.write(held)
        elif data.startswith(HEAD):
            self._held = data
            self._loop.call_soon(self._release)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Close after what is held back."""
        self._release()
        self._transport.close()

    def _release(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            if not self._transport.is_closing():
                self._transport.write(held)
