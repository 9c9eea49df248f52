"""Lives of resources, every version and deletion: read at one moment, put back as they were.

`Snapshot` reads while others write, and sees nothing of it. `write` stores lives of ids that were
never used; a life that is stored already, equal in every version, is left as it is.

https://www.mongodb.com/docs/manual/reference/read-concern-snapshot/
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal, TypeAlias

from pymongo.errors import OperationFailure

from cordee.errors import Category, FhirError
from cordee.search.values import Extraction
from cordee.store.catalog import Catalog
from cordee.store.connection import Client, Collection, Session
from cordee.store.documents import from_current, from_past
from cordee.store.port import Version
from cordee.store.unavailable import translated
from cordee.store.write_session import MongoWriteSession

Life: TypeAlias = Sequence[Version]
"""The versions of one id, the oldest first."""
Told: TypeAlias = Sequence[tuple[Version, Extraction]]
"""A life to be stored; a deletion has the extraction of the version before it."""
Key: TypeAlias = tuple[str, str]
Fate: TypeAlias = Literal["stored", "unchanged", "other"]
"""Of a life to be stored; "other": the id has other versions here, which are left as they are."""

BATCH = 1_000
TOO_OLD = 239
"""SnapshotTooOld."""


class Snapshot:
    """The living resources and the histories of a database at one moment."""

    def __init__(self, catalog: Catalog, session: Session) -> None:
        """Take a session of the driver that reads snapshots; the first reading is the moment."""
        self._catalog = catalog
        self._session = session

    async def living(self, type: str) -> AsyncIterator[Version]:
        """Give the living resources of a type, by id."""
        collection = self._catalog.current(type)
        async for row in self._rows(collection, [("_id", 1)]):
            yield from_current(type, row)

    async def lives(self, type: str) -> AsyncIterator[Life]:
        """Give every life of a type, by id."""
        life: list[Version] = []
        # In the order of an index; what is newest comes first.
        async for row in self._rows(self._catalog.history(type), [("i", 1), ("v", -1)]):
            version = from_past(type, row)
            if life and life[0].id != version.id:
                yield life[::-1]
                life = []
            life.append(version)
        if life:
            yield life[::-1]

    async def _rows(self, collection: Collection, order: list[tuple[str, int]]) -> Any:
        fields = {"sp": 0, "k": 0, "z": 0, "l": 0, "n": 0, "p": 0, "g": 0}
        with translated(), too_late():
            cursor = collection.find(
                {}, fields, sort=order, session=self._session, batch_size=BATCH
            )
            async for row in cursor:
                yield row


@contextmanager
def too_late() -> Iterator[None]:
    """Say that reading took longer than the database keeps the past."""
    try:
        yield
    except OperationFailure as error:
        if error.code != TOO_OLD:
            raise
        raise FhirError(
            Category.TOO_COSTLY,
            "The copy took longer than MongoDB keeps the past. Raise its parameter "
            "minSnapshotHistoryWindowInSeconds, or use mongodump --oplog.",
        ) from error


@asynccontextmanager
async def snapshot(client: Client, catalog: Catalog) -> AsyncIterator[Snapshot]:
    """Open a moment; the database goes on working.

    Readings raise `FhirError(TOO_COSTLY)` once the moment is longer ago than the database keeps
    the past (`minSnapshotHistoryWindowInSeconds`, five minutes unless set).
    """
    async with client.start_session(snapshot=True) as session:
        yield Snapshot(catalog, session)


async def write(session: MongoWriteSession, told: Sequence[Told]) -> dict[Key, Fate]:
    """Store lives, their ids all different; tell by (type, id) what became of each."""
    by_type: dict[str, dict[str, Told]] = {}
    for life in told:
        version, _ = life[0]
        by_type.setdefault(version.type, {})[version.id] = life
    fates: dict[Key, Fate] = {}
    for type, lives in by_type.items():
        before = await session.versions(type, list(lives))
        for id, life in lives.items():
            same = [version for version, _ in life] == before.get(id)
            fates[type, id] = "stored" if id not in before else "unchanged" if same else "other"
        fresh = [life for id, life in lives.items() if id not in before]
        if fresh:
            await session.put_lives(type, fresh)
    return fates
