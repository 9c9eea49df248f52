"""A search through a chain of which everybody is found that it leads to: two ways to its page.

What is theirs is found by their index, all of it, and put in order. Or what comes first in order is
tested: the more of them there are, the sooner the page is full. How many they are among how many is
known before either is begun, and tells which is less work.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

from pymongo.errors import ExecutionTimeout

from cordee.search.filter import EVERYTHING, Filter, Ids, Reference, all_of
from cordee.store.candidates import SHORTLY, Wanted, conjuncts
from cordee.store.catalog import Catalog
from cordee.store.connection import Document
from cordee.store.estimation import COUNTED
from cordee.store.query import both, translate
from cordee.store.turn import Placed, Turn

SURELY = 100
"""So few are always looked up."""
PICKED = 8
"""Of what is theirs, one in so many is taken to meet further conditions, where there are any."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A filter on a type; `links` is what its chains came to, among what is of the type `among`."""

    type: str
    among: str
    plain: Filter
    links: Filter
    wanted: Wanted

    @property
    def filter(self) -> Filter:
        """Give the whole filter, without chains."""
        return all_of([*conjuncts(self.plain), self.links])

    @property
    def ends(self) -> int:
        """Give how many they are, where it is all about them."""
        match self.links:
            case Reference(targets=found) | Ids(ids=found):
                return len(found)
        return 0

    @property
    def tested(self) -> Document:
        """Give the whole query with links in a form that no index serves."""
        links = {"$nor": [{"$nor": [translate(self.type, self.links)]}]}
        return both(translate(self.type, self.plain), links)


Ask: TypeAlias = Callable[[Document, Turn, int], Awaitable[list[Document]]]
"""(query, turn, milliseconds) → rows; the turn's condition for what comes after is left to it."""


class Theirs:
    """Reads one page of what is linked to those who are found."""

    def __init__(
        self, catalog: Catalog, resolved: Resolved, turn: Turn, ask: Ask, milliseconds: int
    ) -> None:
        self._catalog = catalog
        self._resolved = resolved
        self._turn = turn
        self._ask = ask
        self._milliseconds = milliseconds
        self.total: int | None = None
        """How many match in all, where that was found; above `COUNTED` there may be more."""

    async def page(self) -> list[Placed] | None:
        """Give the page; None where the whole query, as any other, is the better way."""
        resolved, turn = self._resolved, self._turn
        # Of rights, candidates are judged (`candidates`).
        if turn.limit is None or resolved.ends <= SURELY or resolved.wanted.breadth:
            return None
        if turn.indexed and await self._is_walked(turn.limit):
            with suppress(ExecutionTimeout):
                return turn.placed(
                    await self._ask(both(resolved.tested, turn.after), turn, SHORTLY)
                )
        return await self._first_of_all(turn.limit)

    async def _is_walked(self, limit: int) -> bool:
        """Tell whether the page is sooner filled in its order than from what is theirs."""
        resolved = self._resolved
        people = max(await self._catalog.size(resolved.among), resolved.ends)
        resources = await self._catalog.size(resolved.type)
        picked = 1 if resolved.plain == EVERYTHING else PICKED
        # Keys and documents, one each; to go to the next end is a key, too.
        walked = 2 * limit * picked * people / resolved.ends
        return bool(walked < resolved.ends * (1 + 2 * resources / people))

    async def _first_of_all(self, limit: int) -> list[Placed] | None:
        """Find all for the first page, without what is in it: to count them would be as much again.

        None where counting takes the index alone, or somebody has changed what was found.
        """
        wanted, turn = self._resolved.wanted, self._turn
        if self._resolved.plain == EVERYTHING or turn.after or turn.computed or limit > COUNTED:
            return None
        asked = replace(turn, limit=COUNTED + 1, reading=("_id", "v"))
        rows = await self._ask(wanted.query, asked, self._milliseconds)
        first = turn.placed(rows[:limit])
        if not first:
            self.total = 0
            return []
        ids: Document = {"_id": {"$in": [row["_id"] for row, _ in first]}}
        shown = await self._ask(ids, replace(turn, limit=len(first)), self._milliseconds)
        now = {(row["_id"], row["v"]): row for row in shown}
        page = [(now.get((row["_id"], row["v"])), place) for row, place in first]
        if any(row is None for row, _ in page):
            return None
        self.total = len(rows)
        return [(row, place) for row, place in page if row is not None]
