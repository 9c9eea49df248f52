"""Pages by position, not by offset: a page begins after the sort values the last one ended with.

Nothing is repeated or skipped when others write between two pages. Over several types, order is by
the sort values, then type, then id.

https://hl7.org/fhir/R4/http.html#paging
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from cordee.search.filter import Filter
from cordee.store.candidates import Wanted
from cordee.store.connection import Document
from cordee.store.cursor import Cursors, Position
from cordee.store.documents import from_current
from cordee.store.filling import Filling, Linked
from cordee.store.port import Page, Query, Version
from cordee.store.resolved import Resolved, Theirs
from cordee.store.rows import Asked
from cordee.store.sort import Order, beyond, is_indexed, orders, strictly_beyond
from cordee.store.turn import Placed, Turn
from cordee.store.ways import Ways


@dataclass(frozen=True, slots=True)
class _Found:
    version: Version
    position: Position


class Pager:
    """Reads one page of a search whose filter is translated for each type."""

    def __init__(self, cursors: Cursors, ways: Ways) -> None:
        self._cursors = cursors
        self._ways = ways
        self._total: int | None = None
        self._filter: Filter | None = None

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
            filled = await Filling(wanted, turn, self._ways.matching, self._ways.look).fill()
            if isinstance(filled, list):
                return [_found(turn.type, row, place) for row, place in filled]
            wanted = filled
        if isinstance(wanted, Resolved):
            placed = await self._linked(wanted, turn)
        else:
            placed = turn.placed(await self._ways.matching(wanted, turn))
            self._total = None if turn.after else self._ways.all
        return [_found(turn.type, row, place) for row, place in placed]

    async def _linked(self, resolved: Resolved, turn: Turn) -> list[Placed]:
        """Read what is linked to those who are found."""
        ways = self._ways

        def ask(query: Document, turn: Turn, milliseconds: int) -> Awaitable[list[Document]]:
            return ways.rows.find(Asked(query, turn, turn.limit, milliseconds))

        theirs = Theirs(ways.catalog, resolved, turn, ask, ways.milliseconds)
        found = await theirs.page()
        self._filter, self._total = resolved.filter, theirs.total
        return turn.placed(await ways.matching(resolved.wanted, turn)) if found is None else found


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
