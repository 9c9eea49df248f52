"""Compressed answers."""

import gzip

import pytest

from cordee.web.compression import THREADED_FROM, accepts_gzip, apply
from cordee.web.respond import Reply


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.8", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("br, deflate", False),
        ("", False),
    ],
)
def test_gzip_is_only_sent_to_those_who_accept_it(header: str, accepted: bool) -> None:
    """Accept-Encoding is read with its qualities."""
    assert accepts_gzip(header) is accepted


@pytest.mark.parametrize("size", [1_000, THREADED_FROM])
async def test_large_answers_are_compressed(size: int) -> None:
    """From the limit on, the body is gzip and says so."""
    reply = Reply(200, [], b"x" * size)
    await apply(reply, "gzip", 1_000)
    assert gzip.decompress(reply.body) == b"x" * size
    assert (b"content-encoding", b"gzip") in reply.headers


@pytest.mark.parametrize(("size", "accept"), [(999, "gzip"), (5_000, None), (5_000, "br")])
async def test_small_or_unasked_answers_are_not(size: int, accept: str | None) -> None:
    """Below the limit, or unasked, the stored bytes go out as they are."""
    reply = Reply(200, [], b"x" * size)
    await apply(reply, accept, 1_000)
    assert (len(reply.body), reply.headers) == (size, [])
