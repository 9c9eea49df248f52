"""How much a peer may say: what is beyond is refused as a whole, and nothing is stored."""

import re
from collections.abc import Iterable
from typing import Any

from cordee.federation.edition import Edition
from cordee.federation.record import Record
from cordee.resource import json
from cordee.resource.types import Resource

LARGEST = 2_000_000
"""Bytes of a record, or of a page of a list."""
MOST_ENTRIES = 300
"""Participants of a circle, each in one role."""
MOST_DESCRIBED = 2 * MOST_ENTRIES + 1
"""Contained resources of a record: members and structures, and what they take part in."""
MOST_STAYS = 4 * MOST_ENTRIES
MOST_EDITIONS = 16
"""Versions of one participant that are in conflict."""
MOST_SERVERS = 64
"""Servers in one version vector."""
LARGEST_VALUE = 16_384
"""Bytes of all stays of one participant."""
HIGHEST = 2**31 - 1
AHEAD = 1_000_000
"""Edits that a server may have made since it was last heard of."""

_SERVER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}(\.[0-9]{1,4})?")


class TooMuchError(ValueError):
    """A peer says more, or other things, than it may."""


def check_size(resource: Resource) -> None:
    """Raise `TooMuchError` for a record that is too large to be looked at closely."""
    contained = resource.get("contained", ())
    stays = [len(each.get("participant", ())) for each in contained if isinstance(each, dict)]
    if len(contained) > MOST_DESCRIBED or sum(stays) > MOST_STAYS:
        raise TooMuchError(f"{len(contained)} descriptions and {sum(stays)} stays")


def check(theirs: Record, known: Record | None) -> None:
    """Raise `TooMuchError` unless a state is within the limits; `known` is what is known here."""
    state = theirs.state
    if len(state.entries) > MOST_ENTRIES:
        raise TooMuchError(f"{len(state.entries)} participants, the most are {MOST_ENTRIES}")
    _check_vector(state.clock.items())
    before = known.state.clock if known else {}
    for name, count in state.clock.items():
        if count > before.get(name, 0) + AHEAD:
            raise TooMuchError(f"{name} has made {count} edits, hardly")
    for entry in state.entries.values():
        if len(entry) > MOST_EDITIONS:
            raise TooMuchError(f"{len(entry)} versions of one participant")
        for each in entry:
            _check_edition(each, state.clock)


def _check_edition(each: Edition, clock: Any) -> None:
    _check_vector(each.vector)
    if any(count > clock.get(name, 0) for name, count in each.vector):
        raise TooMuchError("An edition knows more edits than the server that tells of it")
    if len(each.value) > LARGEST_VALUE:
        raise TooMuchError("The stays of a participant are too long")
    for stay in json.parse_any(each.value):
        behalf = stay.pop("onBehalfOf", {})
        if "reference" in behalf or _refers(stay):
            raise TooMuchError("A participant refers to a resource of another server")


def _check_vector(vector: Iterable[tuple[str, int]]) -> None:
    rows = list(vector)
    if len(rows) > MOST_SERVERS:
        raise TooMuchError(f"{len(rows)} servers in a version vector")
    for name, count in rows:
        if not _SERVER.fullmatch(name) or not 0 < count <= HIGHEST:
            raise TooMuchError(f"{name[:60]!r}: {count} is no edit of a server")


def _refers(value: Any) -> bool:
    """Tell whether there is a reference anywhere in a value."""
    if isinstance(value, dict):
        return "reference" in value or any(map(_refers, value.values()))
    return isinstance(value, list) and any(map(_refers, value))
