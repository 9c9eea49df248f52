"""A Bundle built from stored bytes: entries are joined, never parsed or written again.

https://hl7.org/fhir/R4/bundle.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.resource import json


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a Bundle: `self`, `first`, `previous` or `next`."""

    relation: str
    url: str


def assemble(
    type: str, entries: Iterable[bytes], *, total: int | None = None, links: Sequence[Link] = ()
) -> bytes:
    """Write a Bundle of `type` around entries that are JSON objects already."""
    parts = [b'{"resourceType":"Bundle","type":', json.serialize(type)]
    if total is not None:
        parts += b',"total":', str(total).encode()
    if links:
        shown = [{"relation": link.relation, "url": link.url} for link in links]
        parts += b',"link":', json.serialize(shown)
    joined = b",".join(entries)
    if joined:
        parts += b',"entry":[', joined, b"]"
    parts.append(b"}")
    return b"".join(parts)


def entry(full_url: str | None, body: bytes, **rest: Any) -> bytes:
    """Write one entry around a stored body; `rest` are search, request and response.

    An empty body leaves `resource` out, as deletions in a history do.
    """
    parts = []
    if full_url:
        parts.append(b'"fullUrl":' + json.serialize(full_url))
    if body:
        parts.append(b'"resource":' + body)
    parts += [b'"' + name.encode() + b'":' + json.serialize(value) for name, value in rest.items()]
    return b"{" + b",".join(parts) + b"}"
