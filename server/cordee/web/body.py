"""A request's body: read within a limit, decompressed within the same limit.

The limit holds for the bytes on the wire and for what they unpack to, so a small compressed body
cannot fill the memory.
"""

import zlib
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.types import Receive

from cordee.background import beside
from cordee.errors import Category, FhirError

Pairs = tuple[tuple[str, str], ...]

WINDOWS: dict[str, int] = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS}
"""Content coding → window bits that make zlib expect its header; `deflate` has two readings."""

MAX_PARAMETERS = 10_000

RATIO = 16
"""How much larger than itself a compressed body is likely to be."""


async def read(receive: Receive, headers: Mapping[str, str], limit: int) -> bytes:
    """Read and decompress the whole body.

    Raises `FhirError`: TOO_LARGE past `limit` bytes, MEDIA_TYPE for an unknown content coding,
    MALFORMED for broken compression.
    """
    _check_declared(headers.get("content-length"), limit)
    coding = headers.get("content-encoding", "identity").strip().lower()
    unpack = _unpacker(coding, limit)
    data = await _collect(receive, limit)
    return await beside(len(data) * RATIO, lambda: unpack(data)) if unpack else data


def _check_declared(length: str | None, limit: int) -> None:
    if length is not None and length.isdecimal() and int(length) > limit:
        raise _too_large(limit)


async def _collect(receive: Receive, limit: int) -> bytes:
    message = await receive()
    first: bytes = message.get("body", b"")
    if not message.get("more_body"):
        _check_whole(message["type"], len(first), limit)
        return first
    chunks, size = [first], len(first)
    while message.get("more_body"):
        _check_whole(message["type"], size, limit)
        message = await receive()
        chunk: bytes = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
    _check_whole(message["type"], size, limit)
    return b"".join(chunks)


def _check_whole(kind: str, size: int, limit: int) -> None:
    if kind == "http.disconnect":
        raise FhirError(Category.MALFORMED, "The connection closed before the body ended")
    if size > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> FhirError:
    return FhirError(
        Category.TOO_LARGE,
        f"The body is larger than {limit:,} bytes, the most that is accepted here"
        " (CORDEE_MAX_BODY_BYTES)",
        headers={"Connection": "close"},
    )


def _unpacker(coding: str, limit: int) -> Callable[[bytes], bytes] | None:
    if coding in {"identity", ""}:
        return None
    if coding not in {*WINDOWS, "deflate"}:
        raise FhirError(
            Category.MEDIA_TYPE,
            f"Content-Encoding {coding!r} is not understood; send gzip, deflate or nothing",
        )
    return lambda data: _unpack(data, coding, limit)


def _unpack(data: bytes, coding: str, limit: int) -> bytes:
    # "deflate" is zlib by the standard (RFC 9110 §8.4.1.2), but raw deflate is met in the wild: the
    # low four bits of a zlib header are 8.
    raw = coding == "deflate" and data[:1] and data[0] & 0x0F != 8
    decoder = zlib.decompressobj(-zlib.MAX_WBITS if raw else WINDOWS.get(coding, zlib.MAX_WBITS))
    try:
        unpacked = decoder.decompress(data, limit + 1)
    except zlib.error as error:
        raise FhirError(Category.MALFORMED, f"The body is not valid {coding}: {error}") from error
    if len(unpacked) > limit:
        raise _too_large(limit)
    if not decoder.eof:
        raise FhirError(Category.MALFORMED, f"The {coding} body ends before its end")
    return unpacked


def pairs(data: bytes) -> Pairs:
    """Split a query string or form into (name, value), keeping order and repetition.

    Letters with accents may come unescaped. Raises `FhirError` INVALID when they, or the
    percent-encoding, are not UTF-8, or when there are too many parameters.
    """
    if not data:
        return ()
    try:
        return tuple(
            parse_qsl(
                data.decode(),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MAX_PARAMETERS,
            )
        )
    except UnicodeDecodeError as error:
        name = _unreadable(data)
        raise FhirError(
            Category.INVALID, f"The parameter {name!r} is not UTF-8", expression=f"http.{name}"
        ) from error
    except ValueError as error:
        raise FhirError(
            Category.INVALID, f"More than {MAX_PARAMETERS:,} parameters in one request"
        ) from error


def _unreadable(data: bytes) -> str:
    """Name the first parameter that is not UTF-8, with marks for what cannot be read."""
    for part in data.split(b"&"):
        text = unquote_to_bytes(part.replace(b"+", b" "))
        try:
            text.decode()
        except UnicodeDecodeError:
            return text.partition(b"=")[0].decode(errors="replace")
    return ""
