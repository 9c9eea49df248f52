"""The reading side of the store, inside a transaction and outside."""

from asyncio import gather
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from cordee.search.filter import (
    EVERYTHING,
    AllOf,
    Chain,
    Filter,
    Ids,
    all_of,
    breadth,
)
from cordee.search.values import SortKey
from cordee.store import documents, several_types
from cordee.store.by_ends import ByEnds, led
from cordee.store.candidates import Experience, Wanted, conjuncts, is_rights, lets
from cordee.store.catalog import Catalog
from cordee.store.chain_ends import ChainEnds, Limits
from cordee.store.chains import TooManyError, has_chain
from cordee.store.compartment_hint import with_compartments
from cordee.store.connection import Document, Session
from cordee.store.cursor import Cursors
from cordee.store.documents import JUDGED, READ
from cordee.store.estimation import estimated
from cordee.store.filling import FEW, Linked
from cordee.store.history import (
    HistoryReader,
    looks_at_marks,
    newest,
    newest_of,
    on_versions,
)
from cordee.store.link_count import LinkCount
from cordee.store.links import answerable, parted
from cordee.store.paging import Pager
from cordee.store.port import NOWHERE, HistoryQuery, Page, Query, Version
from cordee.store.query import NOTHING, translate
from cordee.store.resolved import Resolved
from cordee.store.revisions import counted
from cordee.store.several_searches import SeveralSearches
from cordee.store.sort import OWN_FIELDS, orders
from cordee.store.unavailable import translated
from cordee.store.ways import Ways

SURELY = 2
"""How far the database's own idea of a collection's size may be wrong: it is, after a crash."""


class MongoReader:
    """Reads of the port; with a session, they see what its transaction wrote."""

    def __init__(
        self,
        catalog: Catalog,
        cursors: Cursors,
        limits: Limits,
        session: Session | None = None,
        experience: Experience | None = None,
    ) -> None:
        self._catalog = catalog
        self._cursors = cursors
        self._limits = limits
        self._session = session
        self._experience = experience or Experience()
        self._ends = ChainEnds(catalog, limits, self._experience, session=session)

    def _translated(self) -> AbstractContextManager[None]:
        # Inside a transaction its runner needs the driver's own error, to know what to run again.
        return translated() if self._session is None else nullcontext()

    async def read(self, type: str, id: str, within: Filter = EVERYTHING) -> Version | None:
        """Give the current version (perhaps a deletion), or None if the id was never used.

        With `within`, only a living version that it lets through.
        """
        if within is not EVERYTHING:
            return (await self.read_many([(type, id)], within={type: within})).get((type, id))
        with self._translated():
            found = await self._catalog.current(type).find_one(
                {"_id": id}, READ, session=self._session
            )
            if found is not None:
                return documents.from_current(type, found)
            return await newest(self._catalog.history(type), type, id, self._session)

    async def read_many(
        self,
        keys: Sequence[tuple[str, str]],
        *,
        deleted: bool = False,
        within: Mapping[str, Filter] = NOWHERE,
    ) -> dict[tuple[str, str], Version]:
        """Give the current versions of (type, id) keys; deletions only when `deleted` asks.

        `within` restricts those of a type.
        """
        by_type: dict[str, list[str]] = {}
        for type, id in dict.fromkeys(keys):
            by_type.setdefault(type, []).append(id)
        with self._translated():
            if len(by_type) > 1 and self._session is None and within.keys().isdisjoint(by_type):
                return await self._read_types(by_type, deleted)
            parts = [
                self._read_ids(type, ids, deleted)
                if type not in within
                else self._read_within(type, ids, within[type])
                for type, ids in by_type.items()
            ]
            # A transaction takes one command after the other.
            found = [await part for part in parts] if self._session else await gather(*parts)
        return {(version.type, version.id): version for part in found for version in part}

    async def _read_within(self, type: str, ids: list[str], within: Filter) -> Sequence[Version]:
        wanted = Ids(tuple(ids))
        if not is_rights(within):
            query = Query((type,), all_of((wanted, within)), count=len(ids))
            return (await self.search(query)).matches
        cursor = self._catalog.current(type).find(
            translate(type, wanted), JUDGED, session=self._session
        )
        rows = await cursor.to_list()
        return [documents.from_current(type, row) for row in rows if lets(within, type, row)]

    async def _read_types(
        self, by_type: Mapping[str, list[str]], deleted: bool
    ) -> dict[tuple[str, str], Version]:
        read = several_types.newest if deleted else several_types.living
        found = await read(self._catalog, by_type)
        return {(version.type, version.id): version for version in found}

    async def _read_ids(self, type: str, ids: list[str], deleted: bool) -> Sequence[Version]:
        if deleted:  # a history knows both, and costs one look at its index for each id
            return await newest_of(self._catalog.history(type), type, sorted(ids), self._session)
        cursor = self._catalog.current(type).find(
            {"_id": {"$in": ids}}, READ, session=self._session
        )
        return [documents.from_current(type, document) for document in await cursor.to_list()]

    async def vread(self, type: str, id: str, version: int) -> Version | None:
        """Give one version, perhaps a deletion, or None."""
        with self._translated():
            found = await self._catalog.history(type).find_one(
                {"_id": f"{id}/{version}"}, session=self._session
            )
        return None if found is None else documents.from_past(type, found)

    async def search(self, query: Query) -> Page:
        """Give one page of matches."""
        with self._translated():
            by_ends = None
            if len(query.types) == 1 and not query.sort and query.count is not None:
                by_ends = self._by_ends(query.types[0], query.filter)
            if by_ends is not None and (found := await by_ends.page(query)) is not None:
                return found
            types = await self._existing(query.types)
            filters = {type: await self._wanted(type, query) for type in types}
            return await Pager(self._cursors, self._ways()).page(query, filters)

    async def first_of_each(self, queries: Sequence[Query]) -> list[tuple[Version, ...]]:
        """Give what comes first of several searches, each on one type."""
        with self._translated():
            wanted = [await self._wanted(query.types[0], query) for query in queries]
            simple = {
                number: (query, one)
                for number, (query, one) in enumerate(zip(queries, wanted, strict=True))
                if isinstance(one, Wanted) and self._session is None
            }
            several = SeveralSearches(self._catalog, self._experience, self._limits.milliseconds)
            found = await several.first(simple)
            return [
                found[number] if number in found else (await self.search(query)).matches
                for number, query in enumerate(queries)
            ]

    def _by_ends(self, type: str, filter: Filter) -> ByEnds | None:
        """Give what reads and counts a search by the ends of its chain, if it can."""
        through = led(type, filter) if self._session is None else None
        return None if through is None else ByEnds(through, self._cursors, self._ways())

    def _ways(self) -> Ways:
        return Ways(
            self._catalog,
            self._limits.milliseconds,
            experience=self._experience,
            look=self._ends.look,
            session=self._session,
        )

    async def pointers(self, type: str, index: str, filter: Filter) -> list[str]:
        """Give what the living resources that match refer to at a reference index, each once."""
        with self._translated():
            return await self._ends.pointers(type, index, await self._resolved(type, filter))

    async def revisions(self, keys: Sequence[str]) -> tuple[int, ...]:
        """Give, for each key, how often resources that touch it were written."""
        with self._translated():
            return await counted(self._catalog.revisions, keys, self._session)

    async def count(
        self, types: Sequence[str], filter: Filter, *, accurate: bool, limit: int | None = None
    ) -> int:
        """Count matches; not accurate is about right, from a sample where much matches."""
        total = 0
        with self._translated():
            for type in await self._existing(types):
                left = None if limit is None else limit - total
                if left is not None and left <= 0:
                    break
                total += await self._count(type, filter, accurate, left)
        return total if limit is None else min(total, limit)

    async def _count(self, type: str, filter: Filter, accurate: bool, limit: int | None) -> int:
        collection, milliseconds = self._catalog.current(type), self._limits.milliseconds
        if limit is not None and (by_ends := self._by_ends(type, filter)) is not None:
            counted = await by_ends.count(limit)
            if counted is not None:
                return counted
        wanted = await self._parted(type, filter, (), None if limit is None else FEW)
        if isinstance(wanted, Linked):
            counted = await self._count_linked(wanted, limit or 0)
            if counted is not None:
                return counted
            query = translate(type, await self._resolved(type, filter))
        else:
            query = wanted.query if isinstance(wanted, Wanted) else wanted.wanted.query
        # A guess is a share of the whole, which tells how much is hidden: none under rights.
        accurate = accurate or breadth(filter) > 0
        if not accurate and limit is None and self._session is None:
            return await estimated(collection, query, milliseconds)
        if not query and limit is not None and self._session is None:
            estimate = await collection.estimated_document_count()
            if estimate > limit * SURELY:
                return limit  # nobody needs to know by how much there are more
        options: Document = {} if limit is None else {"limit": limit}
        if not query:
            options["hint"] = "_id_"  # counts keys, where MongoDB would read every document
        return await collection.count_documents(
            query, session=self._session, maxTimeMS=milliseconds, **options
        )

    async def _count_linked(self, wanted: Linked, limit: int) -> int | None:
        milliseconds = self._limits.milliseconds
        return await LinkCount(self._catalog, self._ends.look, milliseconds, wanted).count(limit)

    async def history(self, query: HistoryQuery) -> Page:
        """Give one page of versions, newest first."""
        with self._translated():
            reader = await self._history_reader(query)
            return await reader.page(query)

    async def history_count(self, query: HistoryQuery) -> int:
        """Count the versions of a history, ignoring paging."""
        with self._translated():
            reader = await self._history_reader(query)
            return await reader.count(query)

    async def _history_reader(self, query: HistoryQuery) -> HistoryReader:
        types = [query.type] if query.type else await self._catalog.types()
        restrictions: dict[str, Document] = {}
        for type in types:
            if query.filter is None or query.filter == EVERYTHING:
                restrictions[type] = {}
            else:
                restrictions[type] = await self._restriction(type, query.filter, query)
        return HistoryReader(self._catalog, self._cursors, restrictions, self._session)

    async def _restriction(self, type: str, filter: Filter, query: HistoryQuery) -> Document:
        """Restrict a history: by compartment and id alone if that is all, else by living matches.

        Index values are kept of current versions only, so that other filters leave out the history
        of what was deleted: access rules must never show more than the current version would, nor
        a past version that they hide.
        """
        resolved = await self._resolved(type, filter)
        own = on_versions(type, resolved)
        if query.deletions:
            return NOTHING if own is None else own
        if own is not None and not looks_at_marks(resolved):
            return own
        wanted = resolved if query.id is None else AllOf((Ids((query.id,)), resolved))
        living = {"i": {"$in": await self._ends.ids(type, wanted)}}
        return living if own is None else {"$and": [living, own]}

    async def _resolved(self, type: str, filter: Filter) -> Filter:
        return await self._ends.chains.resolve(type, filter) if has_chain(filter) else filter

    async def _wanted(self, type: str, query: Query) -> Wanted | Linked | Resolved:
        """Give what a page shows of a type; where chains lead to few, with these found."""
        stored = all(part.computed is None for part in orders(query.sort))
        most = FEW if query.count is not None and stored else None
        return await self._parted(type, query.filter, query.sort, most)

    async def _parted(
        self, type: str, filter: Filter, sort: tuple[SortKey, ...], most: int | None
    ) -> Wanted | Linked | Resolved:
        """Find those whom chains lead to; if they are more than `most`, leave that for later."""
        if most is None or not has_chain(filter) or self._session or not answerable(filter):
            found = await self._resolved(type, filter)
            return Wanted(type, self._hinted(type, found, sort), sort)
        plain, links = parted(filter)

        async def whole(most: int | None) -> Resolved | None:
            ends = ChainEnds(self._catalog, self._limits, self._experience, most=most)
            try:
                found = await ends.chains.resolve(type, links)
            except TooManyError:
                return None
            among = links.target_type if isinstance(links, Chain) else type
            filter = self._hinted(type, all_of([*conjuncts(plain), found]), sort)
            return Resolved(type, among, plain, found, Wanted(type, filter, sort))

        # A page and its total ask the same; the text of names is not kept.
        shape = hash((type, links))
        if self._experience.more(shape) is not None:
            few = await whole(await self._ends.enough(links, most))
            if few is not None:
                return few
            self._experience.went(shape, well=False, hidden=True)
        known = await self._ends.known(type, links)
        return Linked(type, self._hinted(type, plain, sort), links, whole, known)

    def _hinted(self, type: str, filter: Filter, sort: tuple[SortKey, ...]) -> Filter:
        first = sort[0] if sort else None
        if (
            first is None
            or not first.descending
            or first.type != "date"
            or first.index in OWN_FIELDS
        ):
            return filter
        return with_compartments(filter, self._catalog.placing(type))

    async def _existing(self, types: Sequence[str]) -> list[str]:
        if len(types) <= 1:
            return list(types)
        known = set(await self._catalog.types())
        return sorted(known.intersection(types))
