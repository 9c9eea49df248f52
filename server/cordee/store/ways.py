"""The ways to find the rows of a page, tried in turn before the whole query is asked.

Each gives the same rows; which is the least work depends on how much the caller may see and how
much matches (`candidates`, `newest`, `bearers`).
"""

from asyncio import gather
from collections.abc import Awaitable, Callable

from pymongo.errors import ExecutionTimeout, OperationFailure

from cordee.store import newest
from cordee.store.bearers import Bearers, named
from cordee.store.candidates import SHORTLY, Experience, Shape, Wanted
from cordee.store.catalog import Catalog
from cordee.store.connection import Document, Session
from cordee.store.documents import RIGHTS
from cordee.store.links import Look
from cordee.store.query import both
from cordee.store.rows import NO_SUCH_INDEX, Asked, Rows
from cordee.store.sort import arranged
from cordee.store.turn import Turn

TESTED = 2
"""What testing one costs, where finding one of a person's costs 1."""


class Ways:
    """Finds rows of types."""

    def __init__(
        self,
        catalog: Catalog,
        milliseconds: int,
        *,
        experience: Experience,
        look: Look,
        session: Session | None = None,
    ) -> None:
        self.catalog = catalog
        self.milliseconds = milliseconds
        self.look = look
        self.rows = Rows(catalog, session)
        self._experience = experience
        self._session = session
        self.all: int | None = None
        """How many match what was asked for last, if all of them were found."""

    async def matching(self, wanted: Wanted, turn: Turn) -> list[Document]:
        """Find what matches, in order, as many as the turn takes."""
        ways = (self._walked, self._in_keys) if wanted.alone else (self._candidates, self._bearers)
        rows = self.all = None
        for way in ways:
            rows = await way(wanted, turn) if rows is None else rows
        if rows is None:
            query = both(wanted.query, turn.after)
            rows = await self.rows.find(Asked(query, turn, turn.limit, self.milliseconds))
        return rows

    async def _bearers(self, wanted: Wanted, turn: Turn) -> list[Document] | None:
        """Find those of a name, if that is all that is asked for."""
        name = named(wanted.filter, turn)
        if name is None or self._session is not None:
            return None
        collection = self.catalog.current(turn.type)
        return await Bearers(collection, self.rows, name, turn, self.milliseconds).page()

    async def _candidates(self, wanted: Wanted, turn: Turn) -> list[Document] | None:
        """Find without the caller's rights, and judge what is found; None if that tells too little.

        What comes first among all comes first among what may be seen.
        """

        async def find(most: int) -> list[Document]:
            query, reading = both(wanted.rest, turn.after), (*turn.reading, *RIGHTS)
            if self._experience.few(wanted.shape) and not turn.computed:
                asked = Asked(query, turn, most, SHORTLY, reading, ordered=False)
                found = await self.rows.once(asked)
                if len(found) < most:  # that is all there is
                    return arranged(found, turn.order)
            return await self.rows.find(Asked(query, turn, most, SHORTLY, reading))

        return await self._judged(wanted, turn, wanted.shape, find)

    async def _in_keys(self, wanted: Wanted, turn: Turn) -> list[Document] | None:
        """Find what is newest of many people by keys alone; None where that is not the way."""
        parts = newest.parts(wanted, turn)
        if not parts or not self.catalog.by_person(turn.type):
            return None

        async def find(most: int) -> list[Document] | None:
            asked = (
                Asked(both(part, turn.after), turn, most, SHORTLY, ("_id",), index=index)
                for part, index in parts
            )
            found = await gather(*map(self.rows.once, asked))
            return await newest.read(self.look, turn, newest.first(found, turn.order, most))

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
        page, self.all = self._experience.judged(shape, wanted, found, limit, more)
        return page

    async def _walked(self, wanted: Wanted, turn: Turn) -> list[Document] | None:
        """Test one after the other in the order asked for; None where that takes longer.

        Of `people`, one in `people / breadth` is the caller's; theirs are `breadth * each`.
        """
        shape, limit = wanted.shape, turn.limit
        if limit is None or self._session is not None or turn.computed:
            return None
        each, people = await self.catalog.each(turn.type), await self.catalog.people()
        if wanted.breadth**2 * each < limit * people * TESTED:
            return None
        if self._experience.more(shape) is None:
            return None
        try:
            found = await self.rows.find(
                Asked(both(wanted.tested, turn.after), turn, limit, SHORTLY)
            )
        except ExecutionTimeout:
            self._experience.went(shape, well=False, hidden=True)
            return None
        self._experience.went(shape, well=True, hidden=True)
        return found
