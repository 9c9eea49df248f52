"""Compressed answers, for callers who ask and bodies that are worth it."""

import asyncio
import zlib

from cordee.web.respond import Reply

LEVEL = 1
"""Resources repeat their property names: the fastest level already divides them by five to ten."""

THREADED_FROM = 256 * 1024
"""Bodies from this size are compressed in a thread, so that other requests go on."""


async def apply(reply: Reply, accept_encoding: str | None, from_bytes: int) -> None:
    """Gzip the reply's body if the caller accepts gzip and it has at least `from_bytes`."""
    size = len(reply.body)
    if size < from_bytes or accept_encoding is None or not accepts_gzip(accept_encoding):
        return
    if size >= THREADED_FROM:
        reply.body = await asyncio.to_thread(gzip, reply.body)
    else:
        reply.body = gzip(reply.body)
    reply.headers.append((b"content-encoding", b"gzip"))


def accepts_gzip(header: str) -> bool:
    """Tell whether `Accept-Encoding` names gzip without `q=0`."""
    for part in header.lower().split(","):
        name, _, parameters = part.partition(";")
        if name.strip() in {"gzip", "x-gzip", "*"}:
            return parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def gzip(data: bytes) -> bytes:
    """Compress at the fastest level."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()
