"""A `Response` → status, headers and bytes.

Stored JSON goes out as it is; nothing is parsed on that path.

https://hl7.org/fhir/R4/http.html#general
"""

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache

import msgspec
from starlette.types import Send

from cordee.interactions.exchange import Response
from cordee.resource import json
from cordee.resource.schema import Schema
from cordee.web import binary
from cordee.web.call import Call
from cordee.web.negotiation import Format

Headers = list[tuple[bytes, bytes]]

CONSTANT: tuple[tuple[bytes, bytes], ...] = (
    (b"vary", b"Accept, Accept-Encoding, Accept-Language"),
    # Health data may be kept by the caller alone, who asks again with the ETag.
    (b"cache-control", b"private, no-cache"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
BODILESS = frozenset({204, 304})
OF_A_RESOURCE = ("_format", "_summary", "_elements")
"""Parameters that mean a Binary as a resource, not what it holds."""


@dataclass(slots=True)
class Reply:
    """An HTTP answer, ready to send."""

    status: int
    headers: Headers
    body: bytes = b""

    async def send(self, send: Send, *, head: bool) -> None:
        """Send it; a HEAD request gets the headers alone."""
        if self.status not in BODILESS:
            self.headers.append((b"content-length", b"%d" % len(self.body)))
        start = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        await send(start)
        await send({"type": "http.response.body", "body": b"" if head else self.body})


def render(response: Response, call: Call, schema: Schema, base_url: str) -> Reply:
    """Write an answer in the caller's format."""
    headers: Headers = list(CONSTANT)
    if response.version is not None:
        headers.append((b"etag", b'W/"%d"' % response.version))
    if response.last_updated is not None:
        headers.append((b"last-modified", _stamp(int(response.last_updated.timestamp()))))
    if response.location is not None:
        headers.append(_location(response, base_url))
    headers += encoded(response.headers.items())
    if response.status in BODILESS:
        return Reply(response.status, headers)
    if response.type == "Binary" and (raw := _raw_binary(response, call, headers)):
        return raw
    if "Content-Type" in response.headers:
        return Reply(response.status, headers, response.body or b"")
    body = content(response, call.format, schema)
    if body:
        headers.append((b"content-type", call.format.content_type.encode()))
    return Reply(response.status, headers, body)


@lru_cache(maxsize=512)
def _stamp(second: int) -> bytes:
    """Write a second as HTTP does (RFC 9110 §5.6.7); what is written together is read together."""
    return formatdate(second, usegmt=True).encode()


def encoded(headers: Iterable[tuple[str, str]]) -> Headers:
    """Give header pairs as ASGI wants them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _location(response: Response, base_url: str) -> tuple[bytes, bytes]:
    name = b"location" if response.status == 201 else b"content-location"
    location = response.location or ""
    absolute = location if "://" in location else f"{base_url}/{location}"
    return name, absolute.encode("latin-1")


def _raw_binary(response: Response, call: Call, headers: Headers) -> Reply | None:
    """Give a Binary's own content to a reader who wants it rather than FHIR."""
    if response.body is None or call.method not in {"GET", "HEAD"}:
        return None
    if any(call.last(name) for name in OF_A_RESOURCE):
        return None
    unwrapped = binary.unwrap(response.body, call.headers.get("accept"))
    if unwrapped is None:
        return None
    kept = [pair for pair in headers if pair[0] != b"content-security-policy"]
    kept += binary.HARMLESS
    kept.append((b"content-type", unwrapped.content_type.encode("latin-1", "replace")))
    if unwrapped.guard is not None:
        kept.append((b"x-security-context", unwrapped.guard.encode("latin-1", "replace")))
    return Reply(response.status, kept, unwrapped.data)


def content(response: Response, format: Format, schema: Schema) -> bytes:
    """Write the body, empty when there is none."""
    if format.syntax == "json":
        if response.body is not None:
            return msgspec.json.format(response.body, indent=2) if format.pretty else response.body
        if response.resource is not None:
            return json.serialize(response.resource, pretty=format.pretty)
        return b""
    resource = json.parse(response.body) if response.body else response.resource
    if resource is None:
        return b""
    # lxml is only loaded where XML is spoken, so that a server starts faster.
    from cordee.resource import xml  # noqa: PLC0415

    return xml.serialize(resource, schema, pretty=format.pretty)
