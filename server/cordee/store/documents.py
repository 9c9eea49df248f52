"""How versions lie in MongoDB.

`<Type>` holds the living, current versions, `<Type>_history` every version, deletions included:

| field | current | history | what |
|---|---|---|---|
| `_id` | id | "id/version" | unique, so a version number is never used twice |
| `i` | | id | |
| `v` `t` `m` | yes | yes | version, lastUpdated, method |
| `b` | yes | yes | the resource as JSON bytes; absent for a deletion |
| `c` | yes | yes | compartments |
| `a` | yes | yes | what rules of access look at (`search.marks`), the writer's mark included |
| `j` | yes | yes | its traits (`search.traits`); absent of what is about no person |
| `w` | yes | yes | the writer who keeps seeing it; absent for most |
| `g` | yes | | the callers whose rights it decides; absent for most |
| `sp` | yes | | index values, by index name |
| `k` `z` | yes | | least and greatest sort value of each sortable index name |
| `l` | yes | | the end of long dates (`date_bounds`) |
| `n` | yes | | the ends of the words of names and places (`word_ends`); absent for most |
| `p` | yes | | names two by two, and with towns and years (`name_pairs`); absent for most |

A history document is written once and never changed: its insertion is the event of that version.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

from bson.binary import Binary
from bson.codec_options import CodecOptions, TypeRegistry
from bson.decimal128 import Decimal128

from cordee.errors import Category, FhirError
from cordee.search.marks import BY
from cordee.search.values import Extraction, IndexValues
from cordee.store.connection import Document
from cordee.store.date_bounds import long_ends
from cordee.store.name_pairs import name_pairs
from cordee.store.port import Version
from cordee.store.word_ends import word_ends

HISTORY = "_history"
READ = {"_id": 1, "v": 1, "t": 1, "m": 1, "b": 1, "c": 1, "w": 1}
"""A page needs the bytes and whose they are, not the index values beside them."""
MARKS = "a"
"""Where a version keeps its marks."""
TRAITS = "j"
"""Where a version keeps its traits; no index is on them, for they only narrow."""
RIGHTS = {MARKS: 1, TRAITS: 1}
JUDGED = READ | RIGHTS
"""And the marks and traits, where rights are judged on what is read."""
LARGEST_BODY = 15 * 1024 * 1024
"""A MongoDB document ends at 16 MiB; the rest is for index values."""
SORT_LENGTH = 100
"""Characters of a string that sorting looks at."""

_DECIMAL128 = Context(prec=34, Emin=-6143, Emax=6144, clamp=1, traps=[])


def _encode(value: Any) -> Any:
    return Decimal128(_DECIMAL128.create_decimal(value)) if isinstance(value, Decimal) else value


CODEC: CodecOptions[Document] = CodecOptions(
    tz_aware=True, type_registry=TypeRegistry(fallback_encoder=_encode)
)
"""Decimals become Decimal128, rounded to its 34 digits: index values only, never resources."""


def current(version: Version, extraction: Extraction) -> Document:
    """Lay out a living, current version."""
    return {
        "_id": version.id,
        "v": version.version,
        "t": version.last_updated,
        "m": version.method,
        "b": _body(version),
        **indexed(extraction, version.writer),
        **({"w": version.writer} if version.writer else {}),
    }


def marks(extraction: Extraction, writer: str | None) -> list[str]:
    """Give the marks of a version, that of its writer included."""
    return [*extraction.marks, BY + writer] if writer else list(extraction.marks)


def indexed(extraction: Extraction, writer: str | None = None) -> Document:
    """Lay out what a current version is found and sorted by."""
    least, greatest = sort_values(extraction.values)
    document: Document = {
        "c": extraction.compartments,
        "a": marks(extraction, writer),
        "sp": extraction.values,
        "k": least,
        "z": greatest,
    }
    if extraction.traits:
        document[TRAITS] = extraction.traits
    ends = long_ends(extraction.type, extraction.values)
    if ends:
        document["l"] = ends
    parts = word_ends(extraction.type, extraction.values)
    if parts:
        document["n"] = parts
    names = name_pairs(extraction.values)
    if names:
        document["p"] = names
    if extraction.touched:
        document["g"] = extraction.touched
    return document


def past(
    version: Version,
    compartments: Sequence[str],
    marks: Sequence[str],
    traits: Sequence[str] = (),
) -> Document:
    """Lay out a version for the history."""
    document: Document = {
        "_id": f"{version.id}/{version.version}",
        "i": version.id,
        "v": version.version,
        "t": version.last_updated,
        "m": version.method,
        "c": compartments,
        "a": marks,
    }
    if traits:
        document[TRAITS] = traits
    if version.writer:
        document["w"] = version.writer
    if not version.deleted:
        document["b"] = _body(version)
    return document


def from_current(type: str, document: Mapping[str, Any]) -> Version:
    """Read a version from its current document."""
    return Version(
        type,
        document["_id"],
        document["v"],
        document["t"],
        document["b"],
        document["m"],
        tuple(document["c"]),
        document.get("w"),
    )


def from_past(type: str, document: Mapping[str, Any]) -> Version:
    """Read a version from its history document."""
    body = document.get("b", b"")
    return Version(
        type,
        document["i"],
        document["v"],
        document["t"],
        body,
        document["m"],
        tuple(document["c"]),
        document.get("w"),
        tuple(document.get("a", ())),
        tuple(document.get(TRAITS, ())),
    )


def sort_values(values: IndexValues) -> tuple[Document, Document]:
    """Give the least and the greatest sort value of each date, number, quantity and string."""
    least: Document = {}
    greatest: Document = {}
    for index, found in values.items():
        key = _sort_key(found[0]) if found else None
        if key is None or ":" in index:
            continue
        keys = [value[key] for value in found]
        if key == "f":
            keys = [value[:SORT_LENGTH] for value in keys]
        least[index] = min(keys)
        greatest[index] = max(keys)
    return least, greatest


def _sort_key(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return "lo" if "lo" in value else "f" if "f" in value else None


def _body(version: Version) -> Binary:
    if len(version.body) > LARGEST_BODY:
        raise FhirError(
            Category.TOO_LARGE,
            f"{version.type}/{version.id} has {len(version.body)} bytes; a resource may have "
            f"{LARGEST_BODY}.",
        )
    return Binary(version.body)
