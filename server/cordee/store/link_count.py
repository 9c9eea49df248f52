"""How many match a search through a chain that leads to many: counted up to a limit, no further.

https://hl7.org/fhir/R4/search.html#total
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from cordee.search.filter import EVERYTHING, Chain, Filter, Has, Ids, Reference, all_of
from cordee.store.candidates import Wanted
from cordee.store.catalog import Catalog
from cordee.store.chains import has_chain
from cordee.store.connection import Document
from cordee.store.documents import RIGHTS
from cordee.store.filling import FEW, Linked
from cordee.store.links import Links, Look
from cordee.store.query import translate

MANY = 4_000
"""Resources that are looked at, at the end of the chain or before it, instead of all of them."""


class LinkCount:
    """Counts the matches of one filter, up to a limit."""

    def __init__(self, catalog: Catalog, look: Look, milliseconds: int, linked: Linked) -> None:
        self._catalog = catalog
        self._look = look
        self._milliseconds = milliseconds
        self._linked = linked

    async def count(self, limit: int) -> int | None:
        """Give the number, or `limit` where there are as many; None if that takes all of them."""
        found: int | None = None
        if self._linked.plain != EVERYTHING:
            found = await self._among(FEW, limit)
        if found is None:
            found = await self._from_ends(limit)
        return await self._among(MANY, limit) if found is None else found

    async def _among(self, most: int, limit: int) -> int | None:
        """Count among all that the rest of the filter finds; None where these are more."""
        linked, count = self._linked, 0
        links = Links(self._look, linked.type, linked.links)
        query = Wanted(linked.type, linked.plain).query
        fields = {"_id": 1} | RIGHTS | links.fields
        rows = await self._look(linked.type, query, fields, most + 1, None)
        if len(rows) > most:
            return None
        for some in _parts(rows):
            await links.learn(some)
            count += sum(map(links.lets, some))
            if count >= limit:
                return limit
        return count

    async def _from_ends(self, limit: int) -> int | None:
        """Count what is linked to those at the end of the chain, some after the other."""
        link = self._linked.links
        if not isinstance(link, Chain | Has) or has_chain(link.filter):
            return None
        seen: set[str] = set()
        found: set[str] = set()
        async for some in self._ends(link):
            if len(seen) >= MANY:
                return None
            found |= await self._at([one for one in some if one not in seen], link, limit)
            seen.update(some)
            if len(found) >= limit:
                return limit
        return len(found)

    async def _ends(self, link: Chain | Has) -> AsyncIterator[list[str]]:
        """Give those whom the chain leads to, or from whom it comes, by and by."""
        type = link.target_type if isinstance(link, Chain) else link.source_type
        fields: Document = {"_id": 1}
        if isinstance(link, Has):
            fields[f"sp.{link.index}"] = 1
        cursor = self._catalog.current(type).find(
            Wanted(type, link.filter).query,
            fields,
            batch_size=FEW,
            max_time_ms=self._milliseconds,
        )
        async with cursor:
            some: list[str] = []
            async for row in cursor:
                some += _ends_of(link, row)
                if len(some) >= FEW:
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
        return {row["_id"] for row in await self._look(type, query, {"_id": 1}, limit, None)}


def _ends_of(link: Chain | Has, row: Document) -> Sequence[str]:
    if isinstance(link, Chain):
        return (str(row["_id"]),)
    return tuple(row.get("sp", {}).get(link.index, ()))


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(rows), FEW):
        yield rows[at : at + FEW]
