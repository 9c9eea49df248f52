"""The store on MongoDB: the one implementation of `store.port.Store`."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from typing import TypeAlias, TypeVar

from prometheus_client import CollectorRegistry
from pymongo.errors import DuplicateKeyError

from cordee.errors import Category, FhirError
from cordee.search.filter import EVERYTHING, Filter
from cordee.search.values import Extraction
from cordee.settings import Settings
from cordee.store import connection, lives
from cordee.store.abandoned import end_abandoned
from cordee.store.audit_journal import MongoJournal
from cordee.store.candidates import is_rights
from cordee.store.catalog import Catalog
from cordee.store.chain_ends import Limits
from cordee.store.connection import Client, Session
from cordee.store.cursor import Cursors
from cordee.store.events import follow, newest
from cordee.store.exchange_queue import ExchangeQueue
from cordee.store.grouping import Grouping
from cordee.store.import_runs import ImportRuns
from cordee.store.index_building import Refused
from cordee.store.index_plan import IndexSource
from cordee.store.index_upkeep import IndexUpkeep
from cordee.store.key_ring import MongoKeyRing
from cordee.store.leases import Leases
from cordee.store.lock_queue import LockQueue
from cordee.store.mailbox_marks import MailboxMarks
from cordee.store.notification_queue import NotificationQueue
from cordee.store.port import Event, Page, Query, Version, WriteSession
from cordee.store.reader import MongoReader
from cordee.store.records import Records
from cordee.store.reindex import Reindex
from cordee.store.secret_links import MongoSecretLinks
from cordee.store.single_reads import SingleReads, Wish
from cordee.store.statistics import Statistics
from cordee.store.transaction import RacedError, Transactions
from cordee.store.unavailable import translated
from cordee.store.upkeep import Upkeep
from cordee.store.used_once import MongoUsedOnce
from cordee.store.witness import wanting
from cordee.store.write_session import MongoWriteSession, UnpreparedError

T = TypeVar("T")

Item: TypeAlias = tuple[Version, Extraction]

STREAM_PAGE = 500
IMPORT_BATCH = 500
"""Resources of one import transaction: MongoDB holds a transaction's changes in its cache."""


class MongoStore(MongoReader):
    """All resources of one database."""

    def __init__(
        self,
        client: Client,
        catalog: Catalog,
        cursors: Cursors,
        limits: Limits,
        source: IndexSource,
        *,
        upkeep: Upkeep,
    ) -> None:
        super().__init__(catalog, cursors, limits)
        self._source = source
        self._upkeep = upkeep
        self._client = client
        self._transactions = Transactions(client)
        self._queue = LockQueue()
        self._creations = Grouping(self._create_group)
        self._reads = Grouping(SingleReads(catalog).group)

    @classmethod
    async def open(
        cls, uri: str, source: IndexSource, settings: Settings | None = None
    ) -> "MongoStore":
        """Connect to a replica set or sharded cluster; bring an older database's layout up to date.

        Raises `FhirError(UNAVAILABLE)` if nothing answers, if it has no transactions, or if a newer
        version has laid it out.
        """
        settings = settings or Settings()
        client = connection.connect(uri)
        try:
            await connection.check(client)
            await end_abandoned(client)
            catalog = Catalog(client[settings.mongodb_database], source)
            upkeep = Upkeep(catalog, source)
            with translated():
                await upkeep.open(empty=await catalog.open())
                cursors = Cursors(await _secret(catalog))
        except BaseException:
            await client.close()
            raise
        limits = Limits(settings.max_chain_matches, int(settings.request_timeout * 1000))
        return cls(client, catalog, cursors, limits, source, upkeep=upkeep)

    async def close(self) -> None:
        """Finish what is on its way and disconnect."""
        await self._creations.drain()
        await self._upkeep.close()
        await self._catalog.close()
        await self._client.close()

    async def ping(self) -> None:
        """Raise `FhirError(UNAVAILABLE)` if the database cannot be reached, or is not ours now."""
        self._upkeep.check()
        await connection.ping(self._client)

    async def read(self, type: str, id: str, within: Filter = EVERYTHING) -> Version | None:
        """Give the current version (perhaps a deletion), or None if the id was never used.

        With `within`, only a living version that it lets through.
        """
        self._upkeep.check()
        if not is_rights(within):
            return await super().read(type, id, within)
        found = await self._reads.do(Wish(type, id, within, wanting()))
        # What is not living may be deleted: seldom asked for, so that it is looked up apart.
        return await super().read(type, id) if found is None and within is EVERYTHING else found

    async def search(self, query: Query) -> Page:
        """Give one page of matches."""
        self._upkeep.check()
        return await super().search(query)

    async def first_of_each(self, queries: Sequence[Query]) -> list[tuple[Version, ...]]:
        """Give what comes first of several searches, each on one type."""
        self._upkeep.check()
        return await super().first_of_each(queries)

    async def stream(self, query: Query) -> AsyncIterator[Version]:
        """Iterate over all matches, in the order of pages.

        It reads page after page, so that it survives elections and holds no snapshot open.
        """
        query = replace(query, count=STREAM_PAGE)
        while True:
            page = await self.search(query)
            for version in page.matches:
                yield version
            if page.next is None:
                return
            query = replace(query, after=page.next)

    async def write(self, work: Callable[[WriteSession], Awaitable[T]]) -> T:
        """Run `work` in one transaction, again from the start on a transient conflict."""
        self._upkeep.check()

        async def run(session: Session, held: AsyncExitStack) -> T:
            own = MongoWriteSession(
                self._catalog, self._cursors, self._limits, session, queue=self._queue, held=held
            )
            return await work(own)

        while True:
            try:
                return await self._transactions.run(run)
            except UnpreparedError as error:
                with translated():
                    await self._catalog.prepare(error.type)

    async def create(self, version: Version, extraction: Extraction) -> None:
        """Store version 1 of a resource with a fresh, server-assigned id."""
        await self._creations.do((version, extraction))

    async def create_many(self, items: Sequence[Item]) -> None:
        """Store version 1 of many new resources, a batch a transaction: for imports.

        Raises `FhirError(CONFLICT)` if an id was used before; batches before it are stored.
        """
        for start in range(0, len(items), IMPORT_BATCH):
            await self._create_group(items[start : start + IMPORT_BATCH])

    async def put_lives(self, told: Sequence[lives.Told]) -> dict[lives.Key, lives.Fate]:
        """Store whole lives, their ids all different, in one transaction; tell what became of each.

        Nobody but an import does this: versions keep their numbers and times.
        """

        async def put(session: WriteSession) -> dict[lives.Key, lives.Fate]:
            assert isinstance(session, MongoWriteSession)
            return await lives.write(session, told)

        return await self.write(put)

    def snapshot(self) -> AbstractAsyncContextManager[lives.Snapshot]:
        """Open a moment, at which everything is read while others write."""
        return lives.snapshot(self._client, self._catalog)

    def events(self, after: str | None = None) -> AsyncIterator[Event]:
        """Follow all committed versions in commit order, from a token or from now on."""
        return follow(self._catalog.database, after)

    async def now(self) -> str:
        """Give a token for `events`: what is committed from here on comes after it."""
        return await newest(self._catalog.database)

    def notifications(self) -> NotificationQueue:
        """Give the queue of what subscriptions must be told, which lies in the same database."""
        return NotificationQueue(self._catalog.database, self._transactions)

    def leases(self, work: str, owner: str, *, count: int, seconds: float) -> Leases:
        """Give the pieces of a work that processes share, as one of them sees them."""
        return Leases(self._catalog.database, work, owner, count=count, seconds=seconds)

    def exchanges(self) -> ExchangeQueue:
        """Give the queue of what bridges exchange, which lies in the same database."""
        return ExchangeQueue(self._catalog.database)

    def import_runs(self) -> ImportRuns:
        """Give what imports came to, which lies in the same database."""
        return ImportRuns(self._catalog.database)

    def mailbox_marks(self) -> MailboxMarks:
        """Give how far mailboxes were collected, which lies in the same database."""
        return MailboxMarks(self._catalog.database)

    def journal(self) -> MongoJournal:
        """Give the journal of the audit, which lies in the same database."""
        return MongoJournal(self._catalog.database, self._transactions)

    def key_ring(self) -> MongoKeyRing:
        """Give the sealed keys that tokens are signed with, which lie in the same database."""
        return MongoKeyRing(self._catalog.database)

    def used_once(self) -> MongoUsedOnce:
        """Give the names that may be used once, which lie in the same database."""
        return MongoUsedOnce(self._catalog.database)

    def statistics(self) -> Statistics:
        """Give how much room everything takes."""
        return Statistics(self._catalog.database)

    def secret_links(self) -> MongoSecretLinks:
        """Give the secret links that were handed out, which lie in the same database."""
        return MongoSecretLinks(self._catalog.database)

    def records(self, types: Sequence[str]) -> Records:
        """Give whole records of persons, made of these types."""
        return Records(self._catalog, self._source, types)

    async def reindex(self, type: str, progress: Callable[[int], None] | None = None) -> int:
        """Compute the index values of a type anew; give the number of resources. Resumable."""
        return await Reindex(self._catalog, self._source).run(type, progress)

    async def types(self) -> list[str]:
        """Give the types that were ever written."""
        with translated():
            return await self._catalog.types()

    def index_upkeep(self, registry: CollectorRegistry | None = None) -> IndexUpkeep:
        """Give the work of making the indexes that stored types lack; a server has it running."""
        return IndexUpkeep(self._catalog, registry)

    async def outdated(self) -> list[str]:
        """Give the types that lack indexes of parameters in use, but for those refused."""
        with translated():
            refused = {(one.collection, one.index) for one in await self._catalog.refused()}
            types = await self._catalog.types()
            return [name for name in types if await self._catalog.lacking(name) - refused]

    async def refused_indexes(self) -> list[Refused]:
        """Give the indexes that the database would not make when that was last tried."""
        with translated():
            return await self._catalog.refused()

    async def _create_group(self, items: Sequence[Item]) -> list[None]:
        async def put(session: WriteSession) -> None:
            try:
                if len(items) == 1:
                    await session.put(*items[0])
                else:
                    await session.put_many(items)
            except (DuplicateKeyError, RacedError) as error:
                raise _TakenError from error

        try:
            await self.write(put)
        except _TakenError:
            await self._refuse_taken([version for version, _ in items])
        return [None] * len(items)

    async def _refuse_taken(self, versions: Sequence[Version]) -> None:
        """Raise CONFLICT, unless what is there is what was to be written.

        A commit whose answer was lost may have been done: running it again meets itself.
        """
        for version in versions:
            if await self.vread(version.type, version.id, version.version) != version:
                raise FhirError(
                    Category.CONFLICT,
                    f"The id {version.type}/{version.id} is taken.",
                )


class _TakenError(Exception):
    """Some id of a group of new resources is taken."""


async def _secret(catalog: Catalog) -> bytes:
    """Give the database's secret for page positions, making it once."""
    fresh = {"$setOnInsert": {"value": os.urandom(32)}}
    await catalog.meta.update_one({"_id": "cursor-secret"}, fresh, upsert=True)
    found = await catalog.meta.find_one({"_id": "cursor-secret"})
    assert found is not None
    return bytes(found["value"])
