"""Reads of one resource by its id: those who wait at the same moment share one round trip.

What a caller may see is judged by the marks of what is found, and the counts that their remembered
rights are compared with (`witness`) come along in the same question.
"""

from asyncio import gather
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cordee.search.filter import EVERYTHING, Filter
from cordee.store.candidates import lets
from cordee.store.catalog import REVISIONS, Catalog
from cordee.store.connection import Document
from cordee.store.documents import JUDGED, from_current
from cordee.store.port import Version
from cordee.store.revisions import counted
from cordee.store.unavailable import translated
from cordee.store.witness import Witness


@dataclass(frozen=True, slots=True)
class Wish:
    """A resource to read, what must let it through, and who wants counts along with it."""

    type: str
    id: str
    within: Filter = EVERYTHING
    witness: Witness | None = None


class SingleReads:
    """Reads living resources by id, alone or in groups."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def group(self, wishes: Sequence[Wish]) -> list[Version | None]:
        """Give the living version of each wish, or None where there is none to be seen."""
        with translated():
            if len(wishes) == 1:
                return [await self._alone(wishes[0])]
            ids: dict[str, dict[str, None]] = {}
            for wish in wishes:
                ids.setdefault(wish.type, {})[wish.id] = None
            found = gather(*(self._rows(type, list(each)) for type, each in ids.items()))
            parts, _ = await gather(found, self._witnessed(wishes))
        rows = dict(zip(ids, parts, strict=True))
        return [_shown(wish, rows[wish.type].get(wish.id)) for wish in wishes]

    async def _alone(self, wish: Wish) -> Version | None:
        collection, where = self._catalog.current(wish.type), {"_id": wish.id}
        if wish.witness is None:
            return _shown(wish, await collection.find_one(where, JUDGED))
        stages: list[dict[str, Any]] = [
            {"$match": where},
            {"$project": JUDGED},
            wish.witness.stage(REVISIONS),
        ]
        rows = wish.witness.take(await (await collection.aggregate(stages)).to_list())
        return _shown(wish, rows[0] if rows else None)

    async def _rows(self, type: str, ids: list[str]) -> dict[str, Document]:
        cursor = self._catalog.current(type).find({"_id": {"$in": ids}}, JUDGED)
        return {row["_id"]: row for row in await cursor.to_list()}

    async def _witnessed(self, wishes: Sequence[Wish]) -> None:
        """Read the counts that all of them want, at once."""
        asking = [wish.witness for wish in wishes if wish.witness is not None]
        if not asking:
            return
        keys = tuple(dict.fromkeys(key for witness in asking for key in witness.keys))
        counts = dict(zip(keys, await counted(self._catalog.revisions, keys, None), strict=True))
        for witness in asking:
            witness.counts = tuple(counts[key] for key in witness.keys)


def _shown(wish: Wish, row: Document | None) -> Version | None:
    if row is None or (wish.within is not EVERYTHING and not lets(wish.within, wish.type, row)):
        return None
    return from_current(wish.type, row)
