"""The reading side of the store, inside a transaction and outside."""

from asyncio import gather
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from pymongo.errors import ExecutionTimeout

from cordee.errors import Category, FhirError
from cordee.search.canonicals import URL, VERSION
from cordee.search.filter import EVERYTHING, AllOf, Filter, Ids, all_of, breadth
from cordee.store import documents, several_types
from cordee.store.candidates import (
    CANDIDATES,
    SHORTLY,
    Experience,
    Wanted,
    is_rights,
    lets,
)
from cordee.store.catalog import Catalog
from cordee.store.chains import Chains, has_chain
from cordee.store.compartment_hint import with_compartments
from cordee.store.connection import Document, Session
from cordee.store.cursor import Cursors
from cordee.store.documents import JUDGED, MARKS, READ
from cordee.store.estimation import estimated
from cordee.store.history import (
    HistoryReader,
    looks_at_marks,
    newest,
    newest_of,
    on_versions,
)
from cordee.store.paging import Pager, both
from cordee.store.port import NOWHERE, HistoryQuery, Page, Query, Version
from cordee.store.query import NOTHING, translate
from cordee.store.revisions import counted
from cordee.store.sort import OWN_FIELDS
from cordee.store.unavailable import translated

SURELY = 2
"""How far the database's own idea of a collection's size may be wrong: it is, after a crash."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one search may cost."""

    chain_matches: int = 100_000
    milliseconds: int = 60_000


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
        self._chains = Chains(self._find_ids, self._find_pointers, self._find_named)

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
            types = await self._existing(query.types)
            filters = {
                type: Wanted(type, await self._page_filter(type, query), query.sort)
                for type in types
            }
            pager = Pager(
                self._catalog,
                self._cursors,
                self._limits.milliseconds,
                self._session,
                self._experience,
            )
            return await pager.page(query, filters)

    async def pointers(self, type: str, index: str, filter: Filter) -> list[str]:
        """Give what the living resources that match refer to at a reference index, each once."""
        with self._translated():
            return await self._find_pointers(type, index, await self._resolved(type, filter))

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
        collection = self._catalog.current(type)
        query = translate(type, await self._resolved(type, filter))
        # A guess is a share of the whole, which tells how much is hidden: none under rights.
        accurate = accurate or breadth(filter) > 0
        if not accurate and limit is None and self._session is None:
            return await estimated(collection, query, self._limits.milliseconds)
        if not query and limit is not None and self._session is None:
            estimate = await collection.estimated_document_count()
            if estimate > limit * SURELY:
                return limit  # nobody needs to know by how much there are more
        options: Document = {} if limit is None else {"limit": limit}
        if not query:
            options["hint"] = "_id_"  # counts keys, where MongoDB would read every document
        return await collection.count_documents(
            query, session=self._session, maxTimeMS=self._limits.milliseconds, **options
        )

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
        living = {"i": {"$in": await self._find_ids(type, wanted)}}
        return living if own is None else {"$and": [living, own]}

    async def _resolved(self, type: str, filter: Filter) -> Filter:
        return await self._chains.resolve(type, filter) if has_chain(filter) else filter

    async def _page_filter(self, type: str, query: Query) -> Filter:
        filter = await self._resolved(type, query.filter)
        first = query.sort[0] if query.sort else None
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

    async def _find_ids(self, type: str, filter: Filter) -> list[str]:
        return [document["_id"] for document in await self._find(type, filter)]

    async def _find_pointers(self, type: str, index: str, filter: Filter) -> list[str]:
        found = await self._find(type, filter, f"sp.{index}")
        values = (document["sp"][index] for document in found)
        return list(dict.fromkeys(value for each in values for value in each))

    async def _find_named(self, type: str, filter: Filter) -> list[tuple[str, str | None]]:
        """Give the canonical url and version of definitions."""
        found = await self._find(type, filter, f"sp.{URL}", f"sp.{VERSION}")
        rows = [document["sp"] for document in found]
        return [(row[URL][0], row[VERSION][0]["v"] if VERSION in row else None) for row in rows]

    async def _find(self, type: str, filter: Filter, *fields: str) -> list[Document]:
        """Find everything that matches, for a chain: ids, or documents that have a first field."""
        wanted, chosen = Wanted(type, filter), {"_id": 1} | dict.fromkeys(fields, 1)
        has = {fields[0]: {"$exists": True}} if fields else {}
        candidates = await self._candidates(type, wanted, chosen, has)
        if candidates is not None:
            return candidates
        most = self._limits.chain_matches
        found = await self._documents(type, both(wanted.query, has), chosen, most + 1)
        self._refuse_too_many(len(found), type)
        return found

    async def _candidates(
        self, type: str, wanted: Wanted, fields: Document, has: Document
    ) -> list[Document] | None:
        """Find without the caller's rights, and judge what is found; None if that is too much."""
        shape = wanted.shape
        if shape is None or wanted.alone or self._session or self._experience.more(shape) is None:
            return None
        query, most = both(wanted.rest, has), CANDIDATES + 1
        try:
            found = await self._documents(type, query, fields | {MARKS: 1}, most, SHORTLY)
        except ExecutionTimeout:
            found = None
        enough = found is not None and len(found) < most
        self._experience.went(shape, well=enough, hidden=True)
        return wanted.seen(found) if found is not None and enough else None

    async def _documents(
        self,
        type: str,
        query: Document,
        fields: Document,
        limit: int,
        milliseconds: int | None = None,
    ) -> list[Document]:
        cursor = self._catalog.current(type).find(
            query,
            fields,
            limit=limit,
            batch_size=10_000,
            session=self._session,
            max_time_ms=milliseconds or self._limits.milliseconds,
        )
        return await cursor.to_list()

    def _refuse_too_many(self, matches: int, type: str) -> None:
        if matches > self._limits.chain_matches:
            raise FhirError(
                Category.TOO_COSTLY,
                f"A chained parameter matches more than {self._limits.chain_matches} resources of "
                f"type {type}; make it narrower.",
            )
