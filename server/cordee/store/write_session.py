"""The writing side: what one transaction may do."""

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from typing import TypeAlias

from pymongo import ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError

from cordee.search.marks import DECIDING
from cordee.search.values import Extraction
from cordee.store import documents
from cordee.store.catalog import Catalog
from cordee.store.chain_ends import Limits
from cordee.store.connection import Document, Session
from cordee.store.cursor import Cursors
from cordee.store.lock_queue import LockQueue
from cordee.store.port import Version
from cordee.store.reader import MongoReader
from cordee.store.revisions import count
from cordee.store.transaction import RacedError

DUPLICATE_KEY = 11000
Item: TypeAlias = tuple[Version, Extraction]


class UnpreparedError(Exception):
    """A type has no collections yet; they cannot be made inside the transaction."""

    def __init__(self, type: str) -> None:
        super().__init__(type)
        self.type = type


class MongoWriteSession(MongoReader):
    """One transaction of the port.

    A version is written only over the one before it, and later than it: whoever lost a race finds
    no such document, and the unique `_id` stops the insertion that is tried instead.
    """

    def __init__(
        self,
        catalog: Catalog,
        cursors: Cursors,
        limits: Limits,
        session: Session,
        *,
        queue: LockQueue,
        held: AsyncExitStack,
    ) -> None:
        super().__init__(catalog, cursors, limits, session)
        self._queue = queue
        self._held = held
        self._locked: set[str] = set()

    @property
    def transaction(self) -> Session:
        """Give the driver's session, for what else of this package is to commit with it."""
        assert self._session is not None
        return self._session

    async def lock(self, key: str) -> None:
        """Make racing sessions that lock the same key run one after the other."""
        if key in self._locked:
            return
        await self._queue.wait(key, self._held)
        self._locked.add(key)
        change = {"$inc": {"n": 1}, "$set": {"at": datetime.now(UTC)}}
        await self._catalog.locks.update_one(
            {"_id": key}, change, upsert=True, session=self._session
        )

    async def lock_many(self, keys: Sequence[str]) -> None:
        """Lock several keys in one round trip."""
        fresh = [key for key in dict.fromkeys(keys) if key not in self._locked]
        for key in fresh:
            await self._queue.wait(key, self._held)
            self._locked.add(key)
        if fresh:
            change = {"$inc": {"n": 1}, "$set": {"at": datetime.now(UTC)}}
            writes = [UpdateOne({"_id": key}, change, upsert=True) for key in fresh]
            with _raced("locks"):
                await self._catalog.locks.bulk_write(writes, session=self._session)

    async def put(self, version: Version, extraction: Extraction) -> None:
        """Store a new current version; conflicts if another session wrote the same resource."""
        self._need(version.type)
        past = _past(version, extraction)
        await self._catalog.history(version.type).insert_one(past, session=self._session)
        document = documents.current(version, extraction)
        collection = self._catalog.current(version.type)
        await self._touch([(version, extraction)])
        if version.version == 1:
            await collection.insert_one(document, session=self._session)
        else:
            await collection.replace_one(
                _before(version), document, upsert=True, session=self._session
            )

    async def put_many(self, items: Sequence[Item]) -> None:
        """Store many new current versions in few round trips; each as `put` would."""
        by_type: dict[str, list[Item]] = {}
        for item in items:
            self._need(item[0].type)
            by_type.setdefault(item[0].type, []).append(item)
        for type, group in by_type.items():
            await self._put_group(type, group)

    async def delete(self, version: Version) -> None:
        """Store a deletion as the newest version."""
        self._need(version.type)
        gone = await self._catalog.current(version.type).find_one_and_delete(
            _before(version), {"c": 1, "g": 1} | documents.RIGHTS, session=self._session
        )
        if gone is None:
            raise RacedError(f"{version.type}/{version.id}")
        await count(self._catalog.revisions, gone.get("g", ()), self._session)
        past = documents.past(version, gone["c"], gone.get("a", ()), gone.get("j", ()))
        await self._catalog.history(version.type).insert_one(past, session=self._session)

    async def versions(self, type: str, ids: Sequence[str]) -> dict[str, list[Version]]:
        """Give all versions of ids that were ever used, the oldest first."""
        self._need(type)
        cursor = self._catalog.history(type).find(
            {"i": {"$in": list(ids)}}, sort=[("i", 1), ("v", -1)], session=self._session
        )
        found: dict[str, list[Version]] = {}
        for row in await cursor.to_list():
            found.setdefault(row["i"], []).insert(0, documents.from_past(type, row))
        return found

    async def put_lives(self, type: str, lives: Sequence[Sequence[Item]]) -> None:
        """Store all versions of ids that were never used, each life's oldest first.

        A deletion comes with the extraction of the version before it.
        """
        self._need(type)
        newest = [life[-1] for life in lives if not life[-1][0].deleted]
        if newest:
            await self._touch(newest)
        with _raced(type):
            await self._catalog.history(type).insert_many(
                [_past(*item) for life in lives for item in life], session=self._session
            )
            if newest:
                await self._catalog.current(type).insert_many(
                    [documents.current(*item) for item in newest], session=self._session
                )

    async def _put_group(self, type: str, group: list[Item]) -> None:
        history = [_past(version, found) for version, found in group]
        fresh = [documents.current(*item) for item in group if item[0].version == 1]
        later = [
            ReplaceOne(_before(item[0]), documents.current(*item), upsert=True)
            for item in group
            if item[0].version != 1
        ]
        current = self._catalog.current(type)
        await self._touch(group)
        with _raced(type):
            await self._catalog.history(type).insert_many(history, session=self._session)
            if fresh:
                await current.insert_many(fresh, session=self._session)
            if later:
                await current.bulk_write(later, session=self._session)

    async def _touch(self, group: Sequence[Item]) -> None:
        """Count the writes of what decides on rights, for those it touches and touched before."""
        type = group[0][0].type
        if type not in DECIDING:
            return
        keys = {key for _, extraction in group for key in extraction.touched}
        later = [version.id for version, _ in group if version.version != 1]
        if later:
            cursor = self._catalog.current(type).find(
                {"_id": {"$in": later}}, {"g": 1}, session=self._session
            )
            keys |= {key for row in await cursor.to_list() for key in row.get("g", ())}
        await count(self._catalog.revisions, keys, self._session)

    def _need(self, type: str) -> None:
        if not self._catalog.ready(type):
            raise UnpreparedError(type)


@contextmanager
def _raced(what: str) -> Iterator[None]:
    """Tell a race that was lost from other errors of many writes."""
    try:
        yield
    except BulkWriteError as error:
        if any(row["code"] == DUPLICATE_KEY for row in error.details["writeErrors"]):
            raise RacedError(what) from error
        raise


def _past(version: Version, extraction: Extraction) -> Document:
    marks = documents.marks(extraction, version.writer)
    return documents.past(version, extraction.compartments, marks, extraction.traits)


def _before(version: Version) -> Document:
    return {
        "_id": version.id,
        "v": version.version - 1,
        "t": {"$lt": version.last_updated},
    }
