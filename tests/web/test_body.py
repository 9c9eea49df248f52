"""Bodies within limits."""

import gzip
import zlib
from collections.abc import Sequence

import pytest
from starlette.types import Message, Receive

from cordee.errors import Category, FhirError
from cordee.web.body import pairs, read


def receiving(chunks: Sequence[bytes], *, cut: bool = False) -> Receive:
    """Give an ASGI receive of these chunks; `cut` closes the connection after them."""
    messages: list[Message] = [
        {"type": "http.request", "body": chunk, "more_body": cut or index < len(chunks) - 1}
        for index, chunk in enumerate(chunks)
    ]
    messages.append({"type": "http.disconnect"})
    waiting = iter(messages)

    async def receive() -> Message:
        return next(waiting)

    return receive


async def refusal(
    chunks: Sequence[bytes], headers: dict[str, str], limit: int = 100, *, cut: bool = False
) -> Category:
    """Read and give the category of the refusal."""
    with pytest.raises(FhirError) as caught:
        await read(receiving(chunks, cut=cut), headers, limit)
    return caught.value.category


async def test_chunks_are_joined() -> None:
    """A streamed body arrives whole."""
    assert await read(receiving([b"a", b"", b"bc"]), {}, 10) == b"abc"
    assert await read(receiving([b"abc"]), {}, 10) == b"abc"
    assert await read(receiving([b""]), {}, 10) == b""


async def test_a_body_of_exactly_the_limit_is_accepted() -> None:
    """The limit itself is still allowed."""
    assert len(await read(receiving([b"x" * 60, b"x" * 40]), {}, 100)) == 100


async def test_too_large_bodies_are_refused() -> None:
    """Past the limit nothing more is read, whether the length was declared or not."""
    assert await refusal([b""], {"content-length": "101"}) is Category.TOO_LARGE
    assert await refusal([b"x" * 101], {}) is Category.TOO_LARGE
    assert await refusal([b"x" * 60, b"x" * 60, b"x"], {}) is Category.TOO_LARGE


async def test_a_cut_connection_is_no_body() -> None:
    """A body whose connection closed is never taken for a whole one."""
    assert await refusal([b"{}"], {}, cut=True) is Category.MALFORMED


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("x-gzip", gzip.compress(b"hello", mtime=0)),
        ("GZIP", gzip.compress(b"hello", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello", wbits=-15)),
        ("identity", b"hello"),
    ],
)
async def test_compressed_bodies_are_unpacked(coding: str, packed: bytes) -> None:
    """Gzip and both readings of deflate are understood."""
    assert await read(receiving([packed]), {"content-encoding": coding}, 100) == b"hello"


async def test_a_bomb_is_refused() -> None:
    """What unpacks to more than the limit is refused without unpacking it all."""
    bomb = gzip.compress(b"\0" * 10_000_000)
    headers = {"content-encoding": "gzip"}
    assert await refusal([bomb], headers, 100_000) is Category.TOO_LARGE


async def test_broken_compression_is_malformed() -> None:
    """Garbage and truncated streams are refused."""
    headers = {"content-encoding": "gzip"}
    assert await refusal([b"no gzip"], headers) is Category.MALFORMED
    assert await refusal([gzip.compress(b"hello" * 9)[:-9]], headers) is Category.MALFORMED


async def test_unknown_codings_are_unsupported() -> None:
    """A coding that is not understood is refused, not parsed as text."""
    assert await refusal([b"x"], {"content-encoding": "br"}) is Category.MEDIA_TYPE


def test_pairs_keep_order_and_repetition() -> None:
    """A query is a list, not a mapping; empty values stay."""
    assert pairs(b"a=1&b=x%20y+z&a=2&c=") == (("a", "1"), ("b", "x y z"), ("a", "2"), ("c", ""))
    assert pairs(b"") == ()


@pytest.mark.parametrize("data", [b"name=%FF%FE", b"name=\xff", b"&".join([b"a=1"] * 10_001)])
def test_unreadable_parameters_are_refused(data: bytes) -> None:
    """Percent-encoding that is not UTF-8, and too many parameters, are the caller's error."""
    with pytest.raises(FhirError) as caught:
        pairs(data)
    assert caught.value.category is Category.INVALID


@pytest.mark.parametrize("data", [b"a=1&name=%ED%A0%80", b"name=\xff&b=%FF", b"name=+%C0%80"])
def test_the_parameter_that_is_not_utf_8_is_named(data: bytes) -> None:
    """Of several parameters, the refusal names the one at fault."""
    with pytest.raises(FhirError) as caught:
        pairs(data)
    assert "'name'" in caught.value.diagnostics
    assert caught.value.expression == "http.name"
