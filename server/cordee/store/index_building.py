"""Indexes of one collection, made where they are missing; one that cannot be stops no other.

What an operator made counts: an index of the same keys and options answers the same searches,
whatever its name. One of the same keys whose other options are in the way (hidden, for a time
only), data that cannot be indexed so, or too many indexes: such a one is told, and done without.

https://www.mongodb.com/docs/manual/reference/command/createIndexes/
"""

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.errors import OperationFailure

from cordee.store.connection import Collection, Document

MOST = 64
"""Indexes that MongoDB allows a collection."""
OWN = re.compile(r".+-[0-9a-f]{10}")
"""The names of indexes that are made here (`index_plan`); the others are an operator's."""

_INDIFFERENT = frozenset(("v", "key", "name", "ns", "background", "2dsphereIndexVersion"))
"""What MongoDB says of an index that changes nothing of what it answers."""
_SIGNATURE = ("sparse", "partialFilterExpression", "collation", "unique")
"""Options in which two indexes of the same keys may differ and stand side by side."""

_ALIKE, _NAMED_SO, _FULL = 85, 86, 67
_OWN_FAULT = frozenset((_ALIKE, _NAMED_SO, _FULL, 171, 16755, 17280, 11000))
"""Codes that are about one index: others of the same command may well be made."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An index that is not there: its name, what it is on, why, and what index is in the way."""

    collection: str
    index: str
    keys: str
    reason: str
    blocker: str = ""

    def as_document(self) -> Document:
        """Give it as it is stored beside the plan."""
        return asdict(self)


def lacking(plan: Sequence[IndexModel], present: Sequence[Mapping[str, Any]]) -> list[IndexModel]:
    """Give what is planned and not present, under its own name or another."""
    names = {row["name"] for row in present}
    known = [_spelled(row) for row in present]
    return [
        model
        for model in plan
        if model.document["name"] not in names and _spelled(model.document) not in known
    ]


async def listed(collection: Collection) -> list[Mapping[str, Any]]:
    """Give the indexes of a collection as MongoDB tells them; none where there is no collection."""
    return [row async for row in await collection.list_indexes()]


async def build(collection: Collection, plan: Sequence[IndexModel]) -> tuple[Refused, ...]:
    """Create what is missing; give what could not be created.

    Where there is no room, what was made here and is no longer planned goes first.
    """
    present = await listed(collection)
    missing = lacking(plan, present)
    if not missing:
        return ()
    await _make_room(collection, plan, present, len(missing))
    blockers = [(model, _blocker(model, present)) for model in missing]
    refused = [_blocked(collection, model, name) for model, name in blockers if name]
    free = [model for model, name in blockers if not name]
    return (*refused, *await _create(collection, free))


async def drop_unplanned(collection: Collection, plan: Sequence[IndexModel]) -> list[str]:
    """Drop what was made here and is no longer planned; give the names."""
    unplanned = _stale(plan, await listed(collection))
    for name in unplanned:
        await collection.drop_index(name)
    return unplanned


async def _make_room(
    collection: Collection,
    plan: Sequence[IndexModel],
    present: Sequence[Mapping[str, Any]],
    wanted: int,
) -> None:
    room = MOST - len(present)
    for name in _stale(plan, present)[: max(wanted - room, 0)]:
        with contextlib.suppress(OperationFailure):  # another process was quicker
            await collection.drop_index(name)


def _stale(plan: Sequence[IndexModel], present: Sequence[Mapping[str, Any]]) -> list[str]:
    planned = {model.document["name"] for model in plan}
    names = [str(row["name"]) for row in present]
    return [name for name in names if name not in planned and OWN.fullmatch(name)]


async def _create(collection: Collection, models: Sequence[IndexModel]) -> list[Refused]:
    """Create all in one look at the documents; one by one if that fails through one of them."""
    if not models:
        return []
    try:
        await collection.create_indexes(list(models))
    except OperationFailure as error:
        if len(models) == 1 or error.code not in _OWN_FAULT:
            return [_failed(collection, model, error) for model in models]
        found: list[Refused] = []
        for model in models:
            found += await _create(collection, [model])
        return found
    return []


def _spelled(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give what an index answers by: keys in their order, and the options that matter."""
    options = {
        name: value
        for name, value in row.items()
        if name not in _INDIFFERENT and value is not False
    }
    return tuple(row["key"].items()), options


def _blocker(model: IndexModel, present: Sequence[Mapping[str, Any]]) -> str:
    """Name the index beside which MongoDB would not make this one; empty if there is none."""
    wanted = _signature(model.document)
    return next((str(row["name"]) for row in present if _signature(row) == wanted), "")


def _signature(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row["key"].items()), *(row.get(name) or None for name in _SIGNATURE)


def _blocked(collection: Collection, model: IndexModel, name: str) -> Refused:
    reason = f"{name} has the same keys and other options"
    return _refused(collection, model, reason, name)


def _failed(collection: Collection, model: IndexModel, error: OperationFailure) -> Refused:
    # The database's own words may quote a document, which belongs in no log.
    known = {
        _ALIKE: "another index has the same keys",
        _NAMED_SO: f"another index is called {model.document['name']}",
        _FULL: f"the collection has the {MOST} indexes that MongoDB allows, or the index is one"
        " that it does not make",
        171: "some document has lists in two of its fields",
        16755: "some document has no position that can be indexed",
    }
    reason = known.get(error.code or 0, f"the database refused it (code {error.code})")
    return _refused(collection, model, reason)


def _refused(collection: Collection, model: IndexModel, reason: str, blocker: str = "") -> Refused:
    keys = ", ".join(f"{field}: {way}" for field, way in model.document["key"].items())
    return Refused(collection.name, model.document["name"], keys, reason, blocker)
