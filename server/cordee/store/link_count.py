"""How many match a search through a chain that leads to many: counted up to a limit, no further.

https://hl7.org/fhir/R4/search.html#total
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from cordee.search.filter import EVERYTHING, Chain, Filter, Has, Ids, Reference, all_of
from cordee.store.candidates import Wanted
from cordee.store.catalog import Catalog
from cordee.store.chains import TooManyError, has_chain
from cordee.store.connection import Document
from cordee.store.documents import RIGHTS
from cordee.store.filling import Linked
from cordee.store.links import Links, Look
from cordee.store.query import translate

AT_ONCE = 500
"""Resources that are asked about with one question."""
ROUNDS = ((500, 1_500), (4_000, 4_000))
"""How many are looked at before the chain, and how many at its end, in turn; then all of them."""
FAR = 8_000
"""How many are looked at before the chain where so many give as many as are counted."""


class LinkCount:
    """Counts the matches of one filter, up to a limit."""

    def __init__(self, catalog: Catalog, look: Look, milliseconds: int, linked: Linked) -> None:
        self._catalog = catalog
        self._look = look
        self._milliseconds = milliseconds
        self._linked = linked
        self._ended: set[str] = set()
        self._found: set[str] = set()
        self._matched: set[str] = set()

    async def count(self, limit: int) -> int | None:
        """Give the number, or `limit` where there are as many; None if that takes all of them."""
        plain, link = self._linked.plain, self._linked.links
        before = self._from_before(limit) if plain != EVERYTHING else None
        ends = None
        if isinstance(link, Chain | Has) and not has_chain(link.filter):
            ends = self._from_ends(link, limit)
        try:
            return await self._in_turn(before, ends, limit)
        finally:
            for way in (before, ends):
                if way is not None:
                    await way.aclose()

    async def _in_turn(
        self, before: AsyncIterator[int] | None, ends: AsyncIterator[int] | None, limit: int
    ) -> int | None:
        for most, after in ROUNDS:
            if before is not None:
                try:
                    if await self._through(before, most, limit):
                        return min(len(self._matched), limit)
                except TooManyError:
                    before = None
            if ends is not None and await self._over(ends, after):
                return min(len(self._found), limit)
        return None

    async def _through(self, before: AsyncIterator[int], most: int, limit: int) -> bool:
        """Go on until so many were seen, or further where the limit is near; tell if that is all.

        The limit is all that matters, too.
        """
        async for seen in before:
            if seen >= most and len(self._matched) * FAR < limit * seen:
                return False
        return True

    async def _over(self, ends: AsyncIterator[int], most: int) -> bool:
        """Go on from the ends until so many were seen; tell whether that is all there is."""
        async for seen in ends:
            if seen >= most:
                return False
        return True

    async def _from_before(self, limit: int) -> AsyncGenerator[int, None]:
        """Count among what the rest of the filter finds, some after the other, up to the limit."""
        linked, seen = self._linked, 0
        links = Links(self._look, linked.type, linked.links)
        query = Wanted(linked.type, linked.plain).query
        fields = {"_id": 1} | RIGHTS | links.fields
        async with aclosing(self._parts(linked.type, query, fields)) as parts:
            async for rows in parts:
                await links.learn(rows)
                self._matched.update(row["_id"] for row in rows if links.lets(row))
                seen += len(rows)
                if len(self._matched) >= limit:
                    return
                yield seen

    async def _from_ends(self, link: Chain | Has, limit: int) -> AsyncGenerator[int, None]:
        """Find what is linked to the chain's ends, some after the other, until that is enough."""
        async with aclosing(self._ends(link)) as ends:
            async for some in ends:
                fresh = [one for one in dict.fromkeys(some) if one not in self._ended]
                self._found |= await self._at(fresh, link, limit)
                self._ended.update(fresh)
                if len(self._found) >= limit:
                    return
                yield len(self._ended)

    async def _ends(self, link: Chain | Has) -> AsyncGenerator[list[str], None]:
        """Give those whom the chain leads to, or from whom it comes, by and by."""
        type = link.target_type if isinstance(link, Chain) else link.source_type
        fields: Document = {"_id": 1}
        if isinstance(link, Has):
            fields[f"sp.{link.index}"] = 1
        async with aclosing(self._parts(type, Wanted(type, link.filter).query, fields)) as parts:
            async for rows in parts:
                yield [end for row in rows for end in _ends_of(link, row)]

    async def _parts(
        self, type: str, query: Document, fields: Document
    ) -> AsyncGenerator[list[Document], None]:
        """Give what matches, some at a time, in no order."""
        cursor = self._catalog.current(type).find(
            query, fields, batch_size=AT_ONCE, max_time_ms=self._milliseconds
        )
        async with cursor:
            some: list[Document] = []
            async for row in cursor:
                some.append(row)
                if len(some) >= AT_ONCE:
                    yield some
                    some = []
            if some:
                yield some

    async def _at(self, ends: Sequence[str], link: Chain | Has, limit: int) -> set[str]:
        """Give the ids of what is linked to some ends and matches the rest of the filter."""
        type, start = self._linked.type, f"{self._linked.type}/"
        own: Filter = (
            Reference(link.index, tuple(f"{link.target_type}/{id}" for id in ends))
            if isinstance(link, Chain)
            else Ids(tuple(one[len(start) :] for one in ends if one.startswith(start)))
        )
        query = translate(type, all_of((own, self._linked.plain)))
        index = "_id_" if isinstance(own, Ids) else None
        return {row["_id"] for row in await self._look(type, query, {"_id": 1}, limit, index)}


def _ends_of(link: Chain | Has, row: Document) -> Sequence[str]:
    if isinstance(link, Chain):
        return (str(row["_id"]),)
    return tuple(row.get("sp", {}).get(link.index, ()))
