"""Pages of a search through a chain that leads to many: what comes first is asked whose it is.

Whoever bears a common name is found by the thousand, and everything of theirs is put in order, for
a page of twenty. Where the first few hundred are not all, what comes first in the search's own
order is looked at instead, and asked to whom it is linked (`links`): the page is full before long,
the sooner the more there are. Where that does not go well either, more of those linked to are
found, and so on in turn: no search costs much more than the better of the two ways alone.

The answer is the same as of the whole query, the order too.
"""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from cordee.search.filter import EVERYTHING, Filter, Ids, all_of
from cordee.store.candidates import Wanted
from cordee.store.chains import TooManyError
from cordee.store.connection import Document
from cordee.store.documents import RIGHTS
from cordee.store.links import Links, Look
from cordee.store.resolved import Resolved
from cordee.store.sort import beyond
from cordee.store.turn import Placed, Turn

FEW = 1_000
"""Resources at the end of a chain that are found at once, whatever the page."""
ROUNDS = ((2_000, 4_000), (16_000, None))
"""How many are looked at in order, and how many at the end of the chain are found after that."""
FIRST, LARGEST = 128, 500
"""The least and the most that are looked at with one question."""
LOOK, FIND = 4, 3
"""Keys and documents read for each that is looked at, and for each that is found at the end; where
more than links must match, twice as many are looked at for one."""

Reading: TypeAlias = Callable[[Wanted, Turn], Awaitable[list[Document]]]


@dataclass(frozen=True, slots=True)
class Linked:
    """A filter whose links lead to many; `plain` is the rest of it.

    `whole` gives it with everybody found they lead to; None if these are more than it is told.
    `known` is how many there are whom they might lead to.
    """

    type: str
    plain: Filter
    links: Filter
    whole: Callable[[int | None], Awaitable[Resolved | None]]
    known: int


class Filling:
    """Fills one page of a type."""

    def __init__(self, linked: Linked, turn: Turn, read: Reading, look: Look) -> None:
        """Begin where the turn begins, which must have a limit and an order that is stored."""
        assert turn.limit is not None
        self._linked = linked
        self._turn = turn
        self._read = read
        self._wanted = Wanted(linked.type, linked.plain)
        self._links = Links(look, linked.type, linked.links)
        self._limit = turn.limit
        self._after = turn.after
        self._seen = 0
        self._found: list[Placed] = []

    async def fill(self) -> list[Placed] | Resolved:
        """Give the page, or whom the links lead to where finding them is the better way."""
        for most, ends in ROUNDS:
            try:
                if await self._look_at(most) and (page := await self._page()) is not None:
                    return page
            except TooManyError:
                pass
            whole = await self._linked.whole(ends)
            if whole is not None:
                return whole
        raise AssertionError("the last round finds everybody, or refuses")

    async def _look_at(self, most: int) -> bool:
        """Look at what comes next, and tell whether the page is full or there is no more.

        It ends before `most` have been seen, too, once finding everybody looks like less work.
        """
        size = max(FIRST, self._limit)
        while self._seen < most:
            size = min(size, LARGEST)
            rows = await self._next(size)
            if len(rows) < size or len(self._found) >= self._limit:
                return True
            share = (len(self._found) + 1) / self._seen
            size = max(FIRST, math.ceil((self._limit - len(self._found)) / share))
            looking = size * LOOK * (1 if self._linked.plain == EVERYTHING else 2)
            if looking > share * self._linked.known * FIND:
                return False
        return False

    async def _next(self, size: int) -> list[Document]:
        reading = ("_id", *RIGHTS, *self._links.fields)
        turn = replace(self._turn, after=self._after, limit=size, reading=reading)
        rows = await self._read(self._wanted, turn)
        await self._links.learn(rows)
        placed = turn.placed(rows)
        self._found += [(row, place) for row, place in placed if self._links.lets(row)]
        if placed:
            self._after = beyond(turn.order, placed[-1][1])
        self._seen += len(rows)
        return rows

    async def _page(self) -> list[Placed] | None:
        """Read what was found, if it matches still: somebody may have changed it meanwhile."""
        places = {row["_id"]: place for row, place in self._found[: self._limit]}
        filter = all_of((Ids(tuple(places)), self._linked.plain))
        reading = (*self._turn.reading, *RIGHTS, *self._links.fields)
        turn = replace(self._turn, after={}, limit=len(places), reading=reading)
        rows = await self._read(Wanted(self._linked.type, filter), turn) if places else []
        now = {row["_id"]: row for row in rows if self._links.lets(row)}
        return (
            [(now[id], place) for id, place in places.items()] if len(now) == len(places) else None
        )
