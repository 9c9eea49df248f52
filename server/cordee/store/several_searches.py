"""What comes first of several searches, read by one command: a dossier has fifteen of them.

Each costs the driver and MongoDB more than the few resources it finds. So they are united; what
needs more than one look (chains, computed orders, rights that hide too much of what was found) is
left out, and searched by itself.

https://www.mongodb.com/docs/manual/reference/operator/aggregation/unionWith/
"""

from collections.abc import Mapping
from typing import TypeAlias

from cordee.store.candidates import Experience, Wanted
from cordee.store.catalog import Catalog
from cordee.store.connection import Document
from cordee.store.date_halves import halves
from cordee.store.documents import JUDGED, from_current
from cordee.store.port import Query, Version
from cordee.store.rows import Asked
from cordee.store.turn import Turn
from cordee.store.union import united

PLACE = "place"
"""Where a row says which search found it."""

Found: TypeAlias = dict[int, tuple[Version, ...]]


class SeveralSearches:
    """Reads first pages, those it can."""

    def __init__(self, catalog: Catalog, experience: Experience, milliseconds: int) -> None:
        self._catalog = catalog
        self._experience = experience
        self._milliseconds = milliseconds

    async def first(self, searches: Mapping[int, tuple[Query, Wanted]]) -> Found:
        """Give the first matches of searches, by their numbers; those left out have no entry."""
        asked = {
            number: one
            for number, (query, wanted) in searches.items()
            if (one := self._asked(query, wanted)) is not None
        }
        if not asked:
            return {}
        rows: dict[int, list[Document]] = {number: [] for number in asked}
        for row in await self._united(asked):
            rows[row[PLACE]].append(row)
        found: Found = {}
        for number, its in rows.items():
            query, wanted = searches[number]
            seen = self._seen(wanted, its, asked[number])
            if seen is not None:
                found[number] = tuple(from_current(query.types[0], row) for row in seen)
        return found

    def _asked(self, query: Query, wanted: Wanted) -> Asked | None:
        """Give the one question that a search is; None if it may be more."""
        turn = Turn.first(query)
        shape = wanted.shape
        more = 0 if shape is None else self._experience.more(shape)
        condition = wanted.query if shape is None else wanted.rest
        if turn.limit is None or more is None or turn.computed or wanted.alone:
            return None
        if halves(condition, turn.order) is not None:
            return None
        return Asked(condition, turn, turn.limit + more, self._milliseconds, tuple(JUDGED))

    async def _united(self, asked: Mapping[int, Asked]) -> list[Document]:
        parts = [
            (
                self._catalog.current(one.turn.type),
                [*one.stages, {"$set": {PLACE: {"$literal": number}}}],
            )
            for number, one in asked.items()
        ]
        return await united(parts, self._milliseconds)

    def _seen(self, wanted: Wanted, rows: list[Document], asked: Asked) -> list[Document] | None:
        """Give what may be seen of candidates; None where that does not make a page."""
        shape, limit = wanted.shape, asked.turn.limit
        if shape is None or limit is None or asked.limit is None:
            return rows
        page, _ = self._experience.judged(shape, wanted, rows, limit, asked.limit - limit)
        return page
