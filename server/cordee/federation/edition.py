"""What was said of one participant, by which server, knowing what: the grain of a merge.

An edition carries a version vector: of each server, the number of its last edit that this one
follows, its own included. One edition follows another if no number of the other is greater. Clocks
of machines play no part.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from cordee.resource import json

Vector: TypeAlias = Mapping[str, int]
Entry: TypeAlias = "frozenset[Edition]"
"""The editions of one participant that none of the others follows; several are a conflict, unless
they say the same."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a participant: `server` said `value`, with `vector` in the order of names.

    `value` is canonical JSON of the stays, so that the same is said in the same bytes.
    """

    server: str
    vector: tuple[tuple[str, int], ...]
    value: bytes

    @property
    def number(self) -> int:
        """The number of this edit among those of its server."""
        return dict(self.vector)[self.server]

    def before(self, other: "Edition") -> bool:
        """Tell whether the other edition follows this one."""
        known = dict(other.vector)
        return self.vector != other.vector and all(
            count <= known.get(name, 0) for name, count in self.vector
        )


def edition(server: str, vector: Vector, value: bytes) -> Edition:
    """Make an edition; the vector names the server."""
    return Edition(server, tuple(sorted(vector.items())), value)


def joined(one: Entry, other: Entry) -> Entry:
    """Give the editions of both that no other follows.

    It does not matter in which order, or how often, entries are joined.
    """
    if one == other:
        return one
    both = one | other
    return frozenset(
        each for each in both if not any(each.before(later) for later in both if later is not each)
    )


def values(entry: Entry) -> list[bytes]:
    """Give the different values that an entry holds, the winning one first."""
    return list(dict.fromkeys(each.value for each in sorted(entry, key=_rank)))


def following(entry: Iterable[Edition]) -> dict[str, int]:
    """Give the vector that follows all editions of an entry."""
    found: dict[str, int] = {}
    for each in entry:
        for name, count in each.vector:
            found[name] = max(count, found.get(name, 0))
    return found


def winner(entry: Entry) -> bytes:
    """Give the value that every server shows until a conflict is settled.

    The one that opens the record for the shortest time wins, then the name of its server decides.
    """
    return values(entry)[0]


def _rank(each: Edition) -> tuple[bool, str, str, int, bytes]:
    ends = [stay.get("period", {}).get("end") for stay in stays(each.value)]
    lasting = any(end is None for end in ends)
    last = max((end for end in ends if end is not None), default="")
    return lasting, "" if lasting else last, each.server, -each.number, each.value


def stays(value: bytes) -> list[dict[str, Any]]:
    """Give the stays of a value."""
    found: list[dict[str, Any]] = json.parse_any(value)
    return found


def value_of(stays: Iterable[Mapping[str, Any]]) -> bytes:
    """Make the value of some stays; their order says nothing."""
    return json.canonical([json.parse_any(text) for text in sorted(map(json.canonical, stays))])
