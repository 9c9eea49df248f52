"""Pages through a chain in no order asked for: what is linked to one of its ends after the other.

In the order of ids, what is linked to those of a common name may lie anywhere, so that all of them
had to be found, or what comes first to be asked to whom it is linked. In the order of the chain's
ends, then of ids, a page finds as many ends as it takes to fill it, however many there are.

What is linked to several ends stands at the first of them.

https://hl7.org/fhir/R4/search.html#chaining
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from operator import itemgetter
from typing import TypeAlias

from cordee.search.filter import EVERYTHING, Chain, Filter, Ids, Reference, all_of, breadth
from cordee.store.candidates import Wanted
from cordee.store.chain_ends import is_told
from cordee.store.chains import has_chain
from cordee.store.connection import Document
from cordee.store.cursor import Cursors, Position
from cordee.store.documents import READ, from_current
from cordee.store.links import parted
from cordee.store.port import Page, Query
from cordee.store.query import translate
from cordee.store.sort import Order, beyond
from cordee.store.turn import Turn
from cordee.store.ways import Ways

MOST = 500
"""Ends that are found at once."""
MORE = 4
"""How many times as many ends are found next where those before did not fill the page."""
BESIDE = 50
"""Resources that may be read beyond a page; where there are more, fewer ends are asked at once."""
SURELY = 1.25
"""Times as many ends as there should be for counting up to a limit."""

Place: TypeAlias = tuple[str, str]
"""The id of an end, and of what is linked to it."""
Placed: TypeAlias = list[tuple[Place, Document]]


@dataclass(frozen=True, slots=True)
class Led:
    """A search on a type; `plain` is the rest of it."""

    type: str
    plain: Filter
    chain: Chain

    @property
    def scope(self) -> tuple[object, ...]:
        """Give what a position in this order must be used with again."""
        return self.type, self.chain.index, self.chain.target_type

    def linked(self, ends: Sequence[str]) -> Filter:
        """Give what is linked to some ends."""
        targets = tuple(f"{self.chain.target_type}/{end}" for end in ends)
        return all_of((Reference(self.chain.index, targets), self.plain))


def led(type: str, filter: Filter) -> Led | None:
    """Give the search, if it is through one chain, for who may see everything."""
    plain, chain = parted(filter)
    if not isinstance(chain, Chain) or chain.canonical or has_chain(chain.filter):
        return None
    return None if breadth(plain) or breadth(chain.filter) else Led(type, plain, chain)


class ByEnds:
    """Reads one page, or counts up to a limit."""

    def __init__(self, led: Led, cursors: Cursors, ways: Ways) -> None:
        self._led = led
        self._cursors = cursors
        self._ways = ways
        self._field = f"sp.{led.chain.index}"

    async def page(self, query: Query) -> Page | None:
        """Give a page as `query` asks; None if another order is the better, or was begun with.

        Only those of a name come in the order of their ids at no cost.
        """
        if not is_told(self._led.chain.filter):
            return None
        token = query.before if query.before is not None else query.after
        if token is not None and not self._cursors.fits(token, self._led.scope):
            return None
        assert query.count is not None
        backward, start = query.before is not None, None
        if token is not None:
            end, id = self._cursors.position(token, self._led.scope).values
            start = (end, id)
        found = await self._walk(start, query.count + 1, backward)
        more = len(found) > query.count
        found = found[: query.count][:: -1 if backward else 1]
        before = more if backward else query.after is not None
        return Page(
            tuple(from_current(self._led.type, row) for _, row in found),
            next=self._token(found[-1][0]) if found and (backward or more) else None,
            previous=self._token(found[0][0]) if found and before else None,
        )

    async def count(self, limit: int) -> int | None:
        """Count what is linked to as many ends as should do, up to a limit; None if they did not.

        The limit is all that matters, too.
        """
        if self._led.plain != EVERYTHING:
            return None
        some = ceil(await self._size(limit) * SURELY)
        type = self._led.chain.target_type
        matching = translate(type, self._led.chain.filter)
        found = await self._ways.look(type, matching, {"_id": 1}, some + 1, None)
        ends = [row["_id"] for row in found]
        query = translate(self._led.type, self._led.linked(ends))
        current = self._ways.catalog.current(self._led.type)
        counted: int = await current.count_documents(
            query, limit=limit, maxTimeMS=self._ways.milliseconds
        )
        return counted if counted >= limit or len(ends) <= some else None

    def _token(self, place: Place) -> str:
        return self._cursors.token(Position(self._led.type, place), self._led.scope)

    async def _walk(self, start: Place | None, limit: int, backward: bool) -> Placed:
        """Find what comes next, end by end, until it is enough."""
        found: Placed = []
        size = min(MOST, await self._size(limit) + 1)
        if start is not None and await self._matching([start[0]]):
            found += await self._at_one(start, limit, backward)
        at = None if start is None else start[0]
        while len(found) < limit:
            ends = await self._ends(at, size, backward)
            found += await self._at(ends, limit - len(found), backward)
            if len(ends) < size:
                break
            at, size = ends[-1], min(MOST, size * MORE)
        return found[:limit]

    async def _size(self, limit: int) -> int:
        """Give about how many ends so many resources are linked to."""
        return ceil(limit / await self._ways.catalog.each(self._led.type))

    async def _ends(self, at: str | None, size: int, backward: bool) -> list[str]:
        """Find the ends that come next."""
        order = (Order("_id", backward),)
        after = {} if at is None else beyond(order, (at,))
        turn = Turn(self._led.chain.target_type, after, order, size, reading=("_id",))
        found = await self._ways.matching(Wanted(turn.type, self._led.chain.filter), turn)
        return [row["_id"] for row in found]

    async def _at(self, ends: Sequence[str], limit: int, backward: bool) -> Placed:
        """Read what is at some ends; where that is much, at the first half of them before."""
        if len(ends) < 2:
            return await self._at_one((ends[0], ""), limit, backward) if ends else []
        query, type = translate(self._led.type, self._led.linked(ends)), self._led.type
        most = limit + BESIDE
        rows = await self._ways.look(type, query, READ | {self._field: 1}, most + 1, None)
        if len(rows) <= most:
            placed = await self._placed(rows, set(ends))
            return sorted(placed, key=itemgetter(0), reverse=backward)
        half = len(ends) // 2
        found = await self._at(ends[:half], limit, backward)
        if len(found) < limit:
            found += await self._at(ends[half:], limit - len(found), backward)
        return found

    async def _at_one(self, start: Place, limit: int, backward: bool) -> Placed:
        """Read what is at one end, after an id."""
        (end, id), order = start, (Order("_id", backward),)
        wanted = Wanted(self._led.type, self._led.linked((end,)))
        found: Placed = []
        after = beyond(order, (id,)) if id else {}
        while len(found) < limit:
            turn = Turn(self._led.type, after, order, limit, reading=(*READ, self._field))
            rows = await self._ways.matching(wanted, turn)
            found += await self._placed(rows, {end})
            if len(rows) < limit:
                break
            after = beyond(order, (rows[-1]["_id"],))
        return found

    async def _placed(self, rows: Sequence[Document], ends: set[str]) -> Placed:
        """Give the rows that stand at some ends, not at an earlier one, with their places."""
        linked = {row["_id"]: self._linked(row) for row in rows}
        asked = {end for found in linked.values() if len(found) > 1 for end in found}
        matching = ends | await self._matching(sorted(asked - ends)) if asked else ends
        first = {id: next(end for end in found if end in matching) for id, found in linked.items()}
        return [((first[row["_id"]], row["_id"]), row) for row in rows if first[row["_id"]] in ends]

    def _linked(self, row: Document) -> list[str]:
        """Give the ids of what a row is linked to, in order."""
        start = f"{self._led.chain.target_type}/"
        values = row["sp"][self._led.chain.index]
        return sorted(value[len(start) :] for value in values if value.startswith(start))

    async def _matching(self, ends: Sequence[str]) -> set[str]:
        """Give those that match."""
        type = self._led.chain.target_type
        query = translate(type, all_of((Ids(tuple(ends)), self._led.chain.filter)))
        found = await self._ways.look(type, query, {"_id": 1}, len(ends) + 1, "_id_")
        return {row["_id"] for row in found}
