"""Pages by position, not by offset: a page begins after the sort values the last one ended with.

Nothing is repeated or skipped when others write between two pages. Over several types, order is by
the sort values, then type, then id.

https://hl7.org/fhir/R4/http.html#paging
"""

from asyncio import gather
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cmp_to_key
from typing import Any

from pymongo.errors import ExecutionTimeout, OperationFailure

from cordee.search.filter import Filter
from cordee.store import newest
from cordee.store.candidates import SHORTLY, Experience, Shape, Wanted
from cordee.store.catalog import REVISIONS, Catalog
from cordee.store.connection import Collection, Document, Session
from cordee.store.cursor import Cursors, Position
from cordee.store.date_halves import halves
from cordee.store.documents import RIGHTS, from_current
from cordee.store.filling import Filling, Linked
from cordee.store.links import Look
from cordee.store.port import Page, Query, Version
from cordee.store.query import both
from cordee.store.resolved import Resolved, Theirs
from cordee.store.sort import (
    Order,
    arranged,
    beyond,
    is_indexed,
    orders,
    strictly_beyond,
)
from cordee.store.turn import Placed, Turn
from cordee.store.witness import wanting

LIGHT = 131_072
"""Bytes of what is read beyond a page from which on counting it is less work."""
TESTED = 2
"""What testing one costs, where finding one of a person's costs 1."""
NO_SUCH_INDEX = 2
"""What MongoDB says to an index that is not built yet (BadValue)."""


@dataclass(frozen=True, slots=True)
class _Found:
    version: Version
    position: Position


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question to the database."""

    query: Document
    turn: Turn
    limit: int | None
    milliseconds: int
    reading: tuple[str, ...] | None = None
    """What of it, if that is not what the turn says."""
    ordered: bool = True
    index: Document | None = None
    """Keys of the index to read it by, if it is not the database's choice."""

    @property
    def order(self) -> tuple[Order, ...]:
        """Give the order."""
        return self.turn.order

    @property
    def sort(self) -> Document:
        """Give the order in the database's words; none where it does not matter."""
        each = self.order if self.ordered else ()
        return {part.field: -1 if part.descending else 1 for part in each}

    @property
    def fields(self) -> Document:
        """Give the fields to read."""
        reading = self.turn.reading if self.reading is None else self.reading
        return dict.fromkeys((*reading, *(part.field for part in self.order)), 1)


class Pager:
    """Reads one page of a search whose filter is translated for each type."""

    def __init__(
        self,
        catalog: Catalog,
        cursors: Cursors,
        milliseconds: int,
        *,
        experience: Experience,
        look: Look,
        session: Session | None = None,
    ) -> None:
        self._catalog = catalog
        self._experience = experience
        self._cursors = cursors
        self._milliseconds = milliseconds
        self._session = session
        self._look = look
        self._total: int | None = None
        self._filter: Filter | None = None
        self._all: int | None = None
        """How many match what was asked for last, if all of them were found."""

    async def page(self, query: Query, filters: Mapping[str, Wanted | Linked | Resolved]) -> Page:
        """Give the page after `query.after`, or before `query.before`, or the first."""
        backward = query.before is not None
        order = orders(query.sort)
        scope = (query.types, query.sort)
        token = query.before if query.before is not None else query.after
        start = None if token is None else self._cursors.position(token, scope)
        walk = tuple(part.reversed() for part in order) if backward else order
        limit = None if query.count is None else query.count + 1
        found = await self._walk(query, filters, walk, start, limit)
        if len(filters) > 1:
            self._total = self._filter = None
        more = query.count is not None and len(found) > query.count
        found = found[: query.count]
        if backward:
            found.reverse()
        return self._as_page(
            found,
            scope,
            has_next=backward or more,
            has_previous=(more if backward else query.after is not None),
        )

    def _as_page(
        self, found: list[_Found], scope: Sequence[object], *, has_next: bool, has_previous: bool
    ) -> Page:
        def token(item: _Found) -> str:
            return self._cursors.token(item.position, scope)

        return Page(
            tuple(item.version for item in found),
            next=token(found[-1]) if found and has_next else None,
            previous=token(found[0]) if found and has_previous else None,
            total=self._total,
            filter=self._filter,
        )

    async def _walk(
        self,
        query: Query,
        filters: Mapping[str, Wanted | Linked | Resolved],
        order: tuple[Order, ...],
        start: Position | None,
        limit: int | None,
    ) -> list[_Found]:
        backward, indexed = query.before is not None, is_indexed(query.sort)
        found: list[_Found] = []
        for type in sorted(filters, reverse=backward):
            condition = _after(type, order, start, backward)
            if condition is None:
                continue
            left = limit
            if len(order) == 1 and limit is not None:
                left = limit - len(found)  # by type, then id: what comes later is not needed
                if left == 0:
                    break
            turn = Turn(type, condition, order, left, indexed=indexed)
            found += await self._read(filters[type], turn)
        if len(filters) > 1 and len(order) > 1:
            found.sort(key=cmp_to_key(_comparison(order, backward)))
        return found if limit is None else found[:limit]

    async def _read(self, wanted: Wanted | Linked | Resolved, turn: Turn) -> list[_Found]:
        if isinstance(wanted, Linked):
            filled = await Filling(wanted, turn, self._matching, self._look).fill()
            if isinstance(filled, list):
                return [_found(turn.type, row, place) for row, place in filled]
            wanted = filled
        if isinstance(wanted, Resolved):
            placed = await self._linked(wanted, turn)
        else:
            placed = turn.placed(await self._matching(wanted, turn))
            self._total = None if turn.after else self._all
        return [_found(turn.type, row, place) for row, place in placed]

    async def _linked(self, resolved: Resolved, turn: Turn) -> list[Placed]:
        """Read what is linked to those who are found."""

        def ask(query: Document, turn: Turn, milliseconds: int) -> Awaitable[list[Document]]:
            return self._rows(_Asked(query, turn, turn.limit, milliseconds))

        theirs = Theirs(self._catalog, resolved, turn, ask, self._milliseconds)
        found = await theirs.page()
        self._filter, self._total = resolved.filter, theirs.total
        return turn.placed(await self._matching(resolved.wanted, turn)) if found is None else found

    async def _matching(self, wanted: Wanted, turn: Turn) -> list[Document]:
        ways = (self._walked, self._in_keys) if wanted.alone else (self._candidates,)
        rows = self._all = None
        for way in ways:
            rows = await way(wanted, turn) if rows is None else rows
        if rows is None:
            query = both(wanted.query, turn.after)
            rows = await self._rows(_Asked(query, turn, turn.limit, self._milliseconds))
        return rows

    async def _candidates(self, wanted: Wanted, turn: Turn) -> list[Document] | None:
        """Find without the caller's rights, and judge what is found; None if that tells too little.

        What comes first among all comes first among what may be seen.
        """

        async def find(most: int) -> list[Document]:
            query, reading = both(wanted.rest, turn.after), (*turn.reading, *RIGHTS)
            if self._experience.few(wanted.shape) and not turn.computed:
                asked = _Asked(query, turn, most, SHORTLY, reading, ordered=False)
                found = await self._sorted(asked)
                if len(found) < most:  # that is all there is
                    return arranged(found, turn.order)
            return await self._rows(_Asked(query, turn, most, SHORTLY, reading))

        return await self._judged(wanted, turn, wanted.shape, find)

    async def _in_keys(self, wanted: Wanted, turn: Turn) -> list[Document] | None:
        """Find what is newest of many people by keys alone; None where that is not the way."""
        parts = newest.parts(wanted, turn)
        if not parts or not self._catalog.by_person(turn.type):
            return None

        async def find(most: int) -> list[Document] | None:
            asked = (
                _Asked(both(part, turn.after), turn, most, SHORTLY, ("_id",), index=index)
                for part, index in parts
            )
            found = await gather(*map(self._sorted, asked))
            return await newest.read(self._look, turn, newest.first(found, turn.order, most))

        return await self._judged(wanted, turn, ("newest", wanted.shape), find)

    async def _judged(
        self,
        wanted: Wanted,
        turn: Turn,
        shape: Shape,
        find: Callable[[int], Awaitable[list[Document] | None]],
    ) -> list[Document] | None:
        """Judge what is found of a page and some more; None where that does not make a page."""
        limit = turn.limit
        # A command that runs out of time would end a transaction.
        if wanted.shape is None or limit is None or self._session is not None:
            return None
        more = self._experience.more(shape)
        if more is None:
            return None
        try:
            found = await find(limit + more)
        except OperationFailure as error:
            if not isinstance(error, ExecutionTimeout) and error.code != NO_SUCH_INDEX:
                raise
            self._experience.went(shape, well=False, hidden=True)
            return None
        if found is None:
            return None
        seen = wanted.seen(found)
        few = len(found) < limit + more
        enough = few or len(seen) >= limit
        light = sum(len(row.get("b", b"")) for row in found[limit:]) < LIGHT
        self._experience.went(shape, well=enough, hidden=len(seen) < len(found), few=few and light)
        self._all = len(seen) if few else None
        return seen[:limit] if enough else None

    async def _walked(self, wanted: Wanted, turn: Turn) -> list[Document] | None:
        """Test one after the other in the order asked for; None where that takes longer.

        Of `people`, one in `people / breadth` is the caller's; theirs are `breadth * each`.
        """
        shape, limit = wanted.shape, turn.limit
        if limit is None or self._session is not None or turn.computed:
            return None
        each, people = await self._catalog.each(turn.type), await self._catalog.people()
        if wanted.breadth**2 * each < limit * people * TESTED:
            return None
        if self._experience.more(shape) is None:
            return None
        try:
            found = await self._rows(_Asked(both(wanted.tested, turn.after), turn, limit, SHORTLY))
        except ExecutionTimeout:
            self._experience.went(shape, well=False, hidden=True)
            return None
        self._experience.went(shape, well=True, hidden=True)
        return found

    async def _rows(self, asked: _Asked) -> list[Document]:
        parts = halves(asked.query, asked.order) if asked.limit is not None else None
        if parts is None:
            return await self._sorted(asked)
        found: list[Document] = []
        for query in parts:
            left = (asked.limit or 0) - len(found)
            if left > 0:
                found += await self._sorted(replace(asked, query=query, limit=left))
        return found

    async def _sorted(self, asked: _Asked) -> list[Document]:
        collection = self._catalog.current(asked.turn.type)
        if asked.turn.computed:
            return await self._computed(collection, asked)
        witness = wanting() if self._session is None and asked.limit is not None else None
        if witness is not None:
            stages: list[dict[str, Any]] = [
                {"$match": asked.query},
                *([{"$sort": asked.sort}] if asked.ordered else ()),
                {"$limit": asked.limit},
                {"$project": asked.fields},
                witness.stage(REVISIONS),
            ]
            by: Any = {"hint": asked.index} if asked.index else {}
            found = await collection.aggregate(stages, maxTimeMS=asked.milliseconds, **by)
            return witness.take(await found.to_list())
        cursor = collection.find(
            asked.query,
            asked.fields,
            sort=asked.sort or None,
            limit=asked.limit or 0,
            batch_size=asked.limit or 1000,
            session=self._session,
            max_time_ms=asked.milliseconds,
            hint=list(asked.index.items()) if asked.index else None,
        )
        return await cursor.to_list()

    async def _computed(self, collection: Collection, asked: _Asked) -> list[Document]:
        """Sort by values that are made on the way: the index values decide, not an index."""
        stages: list[dict[str, Any]] = [
            {"$set": {part.field: part.computed for part in asked.order if part.computed}},
            {"$match": asked.query},
            {"$sort": asked.sort},
        ]
        if asked.limit is not None:
            stages.append({"$limit": asked.limit})
        stages.append({"$project": asked.fields})
        cursor = await collection.aggregate(
            stages, session=self._session, maxTimeMS=asked.milliseconds, allowDiskUse=True
        )
        return await cursor.to_list()


def _found(type: str, row: Document, place: tuple[Any, ...]) -> _Found:
    return _Found(from_current(type, row), Position(type, place))


def _after(
    type: str, order: tuple[Order, ...], start: Position | None, backward: bool
) -> Document | None:
    """Make the condition for what `type` has after `start`; None if it has nothing there."""
    if start is None:
        return {}
    if type == start.type:
        return beyond(order, start.values)
    shared = start.values[:-1] if len(order) > 1 else ()
    later = (type < start.type) if backward else (type > start.type)
    if not shared:
        return {} if later else None
    return beyond(order, shared) if later else strictly_beyond(order, shared)


def _comparison(order: tuple[Order, ...], backward: bool) -> Any:
    """Compare rows of several types: sort values, then type, then id."""

    def compare(left: _Found, right: _Found) -> int:
        pairs = zip(order[:-1], left.position.values, right.position.values, strict=False)
        for part, one, other in pairs:
            difference = _compare(one, other)
            if difference:
                return -difference if part.descending else difference
        difference = _compare(left.position.type, right.position.type)
        if difference:
            return -difference if backward else difference
        difference = _compare(left.position.values[-1], right.position.values[-1])
        return -difference if order[-1].descending else difference

    return compare


def _compare(one: Any, other: Any) -> int:
    if one == other:
        return 0
    if one is None or other is None:
        return -1 if one is None else 1
    return -1 if one < other else 1
