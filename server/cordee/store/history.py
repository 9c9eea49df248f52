"""Histories: of one resource, of a type, of everything; newest first.

https://hl7.org/fhir/R4/http.html#history
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from cordee.search import filter as tree
from cordee.store.catalog import Catalog
from cordee.store.connection import Collection, Document, Session
from cordee.store.cursor import Cursors, Position
from cordee.store.documents import from_past
from cordee.store.port import HistoryQuery, Page, Version
from cordee.store.query import NOTHING, translate

NEWEST: tuple[dict[str, Any], ...] = (
    {"$sort": {"i": 1, "v": -1}},
    {"$group": {"_id": "$i", "newest": {"$first": "$$ROOT"}}},
)
"""Stages that keep of each id the newest version."""
_SCOPE = ("history",)


async def newest(
    collection: Collection, type: str, id: str, session: Session | None
) -> Version | None:
    """Give the newest version ever of one id."""
    found = await collection.find_one({"i": id}, sort=[("v", -1)], session=session)
    return None if found is None else from_past(type, found)


async def newest_of(
    collection: Collection, type: str, ids: Sequence[str], session: Session | None
) -> list[Version]:
    """Give the newest version ever of each id that was used."""
    wanted: dict[str, Any] = {"$match": {"i": {"$in": list(ids)}}}
    cursor = await collection.aggregate([wanted, *NEWEST], session=session)
    return [from_past(type, row["newest"]) for row in await cursor.to_list()]


def on_versions(type: str, node: tree.Filter) -> Document | None:  # noqa: PLR0911 - a table
    """Translate a filter that only looks at what every version keeps: id, type, compartments.

    None means that it looks at index values too.
    """
    match node:
        case tree.Ids(ids):
            return {"i": {"$in": list(ids)}}
        case tree.InCompartment(owner):
            return {"c": owner}
        case tree.Marked() | tree.Traits() | tree.TraitBetween():
            return translate(type, node)
        case tree.TypeIs(types):
            return {} if type in types else NOTHING
        case tree.Not(child):
            return _combined("$nor", type, (child,))
        case tree.AllOf(children):
            return _combined("$and", type, children) if children else {}
        case tree.AnyOf(children):
            return _combined("$or", type, children) if children else NOTHING
    return None


def looks_at_marks(node: tree.Filter) -> bool:
    """Tell whether a filter without chains looks at marks, as rules of access do."""
    match node:
        case tree.Marked() | tree.Traits() | tree.TraitBetween():
            return True
        case tree.Not(child):
            return looks_at_marks(child)
        case tree.AllOf(children) | tree.AnyOf(children):
            return any(looks_at_marks(child) for child in children)
    return False


def _combined(operator: str, type: str, children: Sequence[tree.Filter]) -> Document | None:
    parts = [on_versions(type, child) for child in children]
    return None if None in parts else {operator: parts}


class HistoryReader:
    """Reads histories; `restrictions` has a query on the versions of each type to look at."""

    def __init__(
        self,
        catalog: Catalog,
        cursors: Cursors,
        restrictions: Mapping[str, Document],
        session: Session | None,
    ) -> None:
        self._catalog = catalog
        self._cursors = cursors
        self._restrictions = restrictions
        self._session = session

    async def page(self, query: HistoryQuery) -> Page:
        """Give one page: by time, newest first; within one millisecond by type and id."""
        token, back = query.before or query.after, query.before is not None
        start = self._cursors.position(token, _SCOPE) if token else None
        order = 1 if back else -1
        found: list[tuple[datetime, str, int, Version]] = []
        for type in self._restrictions:
            stages = self._stages(type, query)
            if start is not None:
                stages.append({"$match": _beyond(type, start, "$gt" if back else "$lt")})
            stages += [
                {"$sort": {"t": order, "i": order, "v": order}},
                {"$limit": query.count + 1},
            ]
            cursor = await self._catalog.history(type).aggregate(
                stages, session=self._session, allowDiskUse=True
            )
            found += [_keyed(from_past(type, row)) for row in await cursor.to_list()]
        found.sort(key=lambda row: (*row[:1], row[3].type, row[1], row[2]), reverse=not back)
        versions = [row[3] for row in found[: query.count]]
        if not versions:
            return Page(())
        more = len(found) > query.count
        if back:
            versions.reverse()
        older, newer = (True, more) if back else (more, start is not None)
        return Page(
            tuple(versions),
            next=self._token(versions[-1]) if older else None,
            previous=self._token(versions[0]) if newer else None,
        )

    async def count(self, query: HistoryQuery) -> int:
        """Count the versions, whatever the page."""
        total = 0
        for type in self._restrictions:
            stages = [*self._stages(type, query), {"$count": "n"}]
            cursor = await self._catalog.history(type).aggregate(stages, session=self._session)
            total += sum(row["n"] for row in await cursor.to_list())
        return total

    def _stages(self, type: str, query: HistoryQuery) -> list[dict[str, Any]]:
        parts = [self._restrictions[type]]
        if query.id is not None:
            parts.append({"i": query.id})
        if query.deletions:
            parts.append({"m": "DELETE"})
        if query.since is not None:
            parts.append({"t": {"$gte": query.since}})
        if query.at is not None:
            parts.append({"t": {"$lt": query.at[1]}})
        stages: list[dict[str, Any]] = [{"$match": {"$and": parts}}]
        return [*stages, *_current_after(query.at[0])] if query.at is not None else stages

    def _token(self, version: Version) -> str:
        values = (version.last_updated, version.id, version.version)
        return self._cursors.token(Position(version.type, values), _SCOPE)


def _keyed(version: Version) -> tuple[datetime, str, int, Version]:
    return (version.last_updated, version.id, version.version, version)


def _beyond(type: str, start: Position, way: Literal["$lt", "$gt"]) -> Document:
    """Restrict to the versions on one side of a position: older, or newer."""
    time, id, version = start.values
    if type != start.type:
        # Within one millisecond the order is by type.
        with_it = type < start.type if way == "$lt" else type > start.type
        return {"t": {f"{way}e" if with_it else way: time}}
    same = {"t": time}
    sides = [{"t": {way: time}}, same | {"i": {way: id}}, same | {"i": id, "v": {way: version}}]
    return {"$and": [{"t": {f"{way}e": time}}, {"$or": sides}]}


def _current_after(moment: datetime) -> list[dict[str, Any]]:
    """Keep the versions that were still current after `moment`: their successor came later."""
    return [
        {
            "$setWindowFields": {
                "partitionBy": "$i",
                "sortBy": {"v": 1},
                "output": {"until": {"$shift": {"output": "$t", "by": 1}}},
            }
        },
        {"$match": {"$or": [{"until": None}, {"until": {"$gt": moment}}]}},
    ]
