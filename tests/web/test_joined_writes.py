"""Heads and bodies leave together, and nothing waits for what does not come."""

import asyncio
from typing import Any

from cordee.web.joined_writes import LARGE, JoinedWrites

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Recorder:
    """A transport that remembers what was written, and that it was closed."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> str:
        return name


def joined() -> tuple[Recorder, Any]:
    """A transport, and the one that joins what is written to it."""
    recorder: Any = Recorder()
    return recorder, JoinedWrites(recorder, asyncio.get_running_loop())


async def test_a_head_leaves_with_its_body() -> None:
    """In one write; the next answer likewise."""
    recorder, transport = joined()
    for body in (b"one", b"two"):
        transport.write(HEAD)
        transport.write(body)
    assert recorder.written == [HEAD + b"one", HEAD + b"two"]
    await asyncio.sleep(0)
    assert recorder.written == [HEAD + b"one", HEAD + b"two"]


async def test_a_head_whose_body_comes_later_waits_for_nothing() -> None:
    """It leaves when the loop turns; what follows is written as it comes."""
    recorder, transport = joined()
    transport.write(HEAD)
    assert recorder.written == []
    await asyncio.sleep(0)
    transport.write(b"later")
    assert recorder.written == [HEAD, b"later"]


async def test_closing_sends_what_is_held_back() -> None:
    """Before the connection ends; nothing is written to one that ended meanwhile."""
    recorder, transport = joined()
    transport.write(HEAD)
    transport.close()
    assert recorder.written == [HEAD]
    assert recorder.closed
    transport.write(HEAD)
    await asyncio.sleep(0)
    assert recorder.written == [HEAD]


async def test_large_bodies_are_not_copied() -> None:
    """They follow the head by themselves; everything else is the transport's."""
    recorder, transport = joined()
    transport.write(HEAD)
    transport.write(b"x" * LARGE)
    assert recorder.written == [HEAD, b"x" * LARGE]
    assert transport.get_extra_info("peername") == "peername"
