"""The compact file that holds one package: a small index, then compressed runs of resources.

Layout: magic, index length (4 bytes, big endian), index (zlib over MessagePack), segments. Each
is zlib over the JSON of some hundred kilobytes of resources: opening a pack costs the index
alone and a resource costs one segment. Decimals stay text in the JSON and keep their digits.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from cordee.errors import Category, FhirError
from cordee.resource.json import serialize
from cordee.resource.types import Resource
from cordee.resource.written_decimal import decimal

MAGIC = b"CORDEE-PACK-1\n"
SEGMENT_BYTES = 128 * 1024
"""Size of a segment before compression: larger packs better, smaller reads faster."""

_LENGTH = struct.Struct(">I")
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=decimal)


class Entry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What the index knows of one resource without decoding it.

    `kind`, `type`, `derivation` and `base` are those of a StructureDefinition; `identifiers` are
    the resource's own ("urn:oid:…"); `segment`, `offset` and `length` say where its JSON is.
    """

    resource_type: str
    id: str
    url: str
    version: str
    name: str
    kind: str
    type: str
    derivation: str
    base: str
    abstract: bool
    identifiers: tuple[str, ...]
    segment: int
    offset: int
    length: int


class Manifest(msgspec.Struct, frozen=True):
    """Which package a pack holds; `dependencies` maps package id to version."""

    id: str
    version: str
    title: str = ""
    dependencies: dict[str, str] = {}
    fingerprint: str = ""
    """What the pack was made from; equal fingerprints mean nothing to rebuild."""


class _Index(msgspec.Struct, array_like=True, frozen=True):
    manifest: Manifest
    entries: list[Entry]
    segments: list[int]
    """Compressed length of each segment, in file order."""


_INDEX_DECODER = msgspec.msgpack.Decoder(_Index)


class Pack:
    """An opened pack: entries at hand, resources decoded when asked for; `data` is all of it."""

    def __init__(self, data: bytes, source: str = "pack") -> None:
        """Read the index; raise FhirError(INVALID) for no pack or a damaged one, named `source`."""
        start = len(MAGIC) + _LENGTH.size
        if not data.startswith(MAGIC) or len(data) < start:
            raise FhirError(Category.INVALID, f"{source} is not a definitions pack of this version")
        (length,) = _LENGTH.unpack_from(data, len(MAGIC))
        try:
            index = _INDEX_DECODER.decode(zlib.decompress(data[start : start + length]))
        except (zlib.error, msgspec.DecodeError) as error:
            raise FhirError(Category.INVALID, f"{source} is damaged, make it again") from error
        self.manifest = index.manifest
        self.entries = index.entries
        self.data = data
        self._spans: list[tuple[int, int]] = []
        position = start + length
        for size in index.segments:
            self._spans.append((position, position + size))
            position += size
        self._segment = lru_cache(maxsize=8)(self._decompress)

    @classmethod
    def open(cls, path: Path) -> "Pack":
        """Open a pack file."""
        return cls(path.read_bytes(), str(path))

    def json(self, entry: Entry) -> bytes:
        """Give the JSON text of a resource."""
        return self._segment(entry.segment)[entry.offset : entry.offset + entry.length]

    def resource(self, entry: Entry) -> Resource:
        """Decode a resource; its decimals are `Decimal`."""
        resource: Resource = _DECODER.decode(self.json(entry))
        return resource

    def _decompress(self, number: int) -> bytes:
        start, end = self._spans[number]
        return zlib.decompress(self.data[start:end])


def write(resources: Iterable[Resource], manifest: Manifest, *, level: int = 9) -> bytes:
    """Make a pack of resources, in their order; `level` is zlib's."""
    entries: list[Entry] = []
    segments: list[bytes] = []
    run = bytearray()
    for resource in resources:
        text = serialize(resource)
        if run and len(run) + len(text) > SEGMENT_BYTES:
            segments.append(zlib.compress(bytes(run), level))
            run.clear()
        entries.append(_entry(resource, len(segments), len(run), len(text)))
        run += text
    segments.append(zlib.compress(bytes(run), level))
    index = _Index(manifest, entries, [len(segment) for segment in segments])
    packed = zlib.compress(msgspec.msgpack.encode(index), level)
    return b"".join([MAGIC, _LENGTH.pack(len(packed)), packed, *segments])


def _entry(resource: Resource, segment: int, offset: int, length: int) -> Entry:
    return Entry(
        resource_type=_text(resource, "resourceType"),
        id=_text(resource, "id"),
        url=_text(resource, "url"),
        version=_text(resource, "version"),
        name=_text(resource, "name"),
        kind=_text(resource, "kind"),
        type=_text(resource, "type"),
        derivation=_text(resource, "derivation"),
        base=_text(resource, "baseDefinition"),
        abstract=resource.get("abstract") is True,
        identifiers=_identifiers(resource),
        segment=segment,
        offset=offset,
        length=length,
    )


def _text(resource: Mapping[str, Any], name: str) -> str:
    value = resource.get(name)
    return value if isinstance(value, str) else ""


def _identifiers(resource: Mapping[str, Any]) -> tuple[str, ...]:
    found = resource.get("identifier")
    rows = found if isinstance(found, list) else [found]
    return tuple(row["value"] for row in rows if isinstance(row, dict) and _text(row, "value"))
