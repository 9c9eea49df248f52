"""A database is brought to the layout of this version, while others go on working with it.

A process of a newer version migrates before it serves; one does the work, the others wait for it.
Older processes may go on meanwhile and afterwards (a rolling upgrade): what they write is brought
up to date every few seconds, and the database's mark only moves when the last of them has gone.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from pymongo.errors import DuplicateKeyError, PyMongoError

from cordee.background import ended
from cordee.errors import FhirError
from cordee.store import layout
from cordee.store.catalog import Catalog
from cordee.store.index_plan import IndexSource
from cordee.store.migrations import MIGRATIONS, Migration
from cordee.store.presence import BEAT, Presence

log: Any = structlog.get_logger("cordee.store")

WORKING = "migrating"
_DONE = "migrated/"
LEASE = 60.0
"""Seconds after which the work of a process that has died is taken over."""
BACK = timedelta(minutes=2)
"""How far back a pass looks: a transaction that began before the last pass may have ended since."""


class Upkeep:
    """Keeps one database at the layout of this process; `migrations` are those it knows."""

    def __init__(
        self, catalog: Catalog, source: IndexSource, migrations: Sequence[Migration] = MIGRATIONS
    ) -> None:
        self._catalog = catalog
        self._source = source
        self._migrations = migrations
        self._known = migrations[-1].layout
        self._presence = Presence(catalog.meta, self._known)
        self._owner = str(uuid4())
        self._task: asyncio.Task[None] | None = None
        self._refusal: FhirError | None = None

    async def open(self, *, empty: bool) -> None:
        """Refuse, or migrate what there is; then stay there until closed."""
        found = await layout.found(self._catalog.meta, empty=empty, known=self._known)
        layout.refuse(found, self._known)
        await self._presence.tell()
        if pending := self._after(found):
            await self._alone(pending)
        self._task = asyncio.create_task(self._stay())

    def check(self) -> None:
        """Raise `FhirError(UNAVAILABLE)` once a newer version has taken the database over."""
        if self._refusal is not None:
            raise self._refusal

    async def close(self) -> None:
        """Leave."""
        if self._task is not None:
            await ended(self._task)
            # The database may be gone already; others notice by and by that we are.
            with contextlib.suppress(PyMongoError, TimeoutError):
                async with asyncio.timeout(2):
                    await self._presence.leave()

    def _after(self, found: layout.Layout) -> list[Migration]:
        return [one for one in self._migrations if one.layout > found.number]

    async def _alone(self, pending: Sequence[Migration]) -> None:
        """Do the work, or wait for the process that does it."""
        while not await self._taken():
            await asyncio.sleep(0.5)
            found = await layout.found(self._catalog.meta, empty=False, known=self._known)
            if not self._after(found) or await self._done(pending):
                return
        holding = asyncio.create_task(self._hold())
        try:
            for one in pending:
                await self._migrate(one)
            # Without an older process nothing is left to do.
            if not await self._presence.older():
                await self._finish()
        finally:
            await ended(holding)
            await self._catalog.meta.delete_one({"_id": WORKING, "owner": self._owner})

    async def _migrate(self, one: Migration) -> None:
        """Do one migration's work; where it was done, only for what was written since."""
        begun = datetime.now(UTC)
        done = {"_id": f"{_DONE}{one.layout}"}
        before = await self._catalog.meta.find_one(done)
        if before is None:
            log.info("migration begins", layout=one.layout, title=one.title)
        since = None if before is None else before["at"] - BACK
        count = await one.work(self._catalog, self._source, since)
        if before is None:
            log.info("migration done", layout=one.layout, versions=count)
        fields = {"$set": {"title": one.title, "at": begun}}
        await self._catalog.meta.update_one(done, fields, upsert=True)

    async def _done(self, pending: Sequence[Migration]) -> bool:
        wanted = [f"{_DONE}{one.layout}" for one in pending]
        return await self._catalog.meta.count_documents({"_id": {"$in": wanted}}) == len(wanted)

    async def _finish(self) -> None:
        last = self._migrations[-1]
        await layout.moved(self._catalog.meta, last.layout, last.least)

    async def _taken(self) -> bool:
        """Take the lease of migrating, if nobody has it or its holder is gone."""
        free = {"$setOnInsert": {"until": datetime.fromtimestamp(0, UTC)}}
        with contextlib.suppress(DuplicateKeyError):  # another process made it just now
            await self._catalog.meta.update_one({"_id": WORKING}, free, upsert=True)
        over = {"$expr": {"$lt": ["$until", "$$NOW"]}}
        own = {"owner": self._owner, "until": {"$add": ["$$NOW", int(LEASE * 1000)]}}
        taken = await self._catalog.meta.update_one({"_id": WORKING} | over, [{"$set": own}])
        return taken.modified_count == 1

    async def _hold(self) -> None:
        until = [{"$set": {"until": {"$add": ["$$NOW", int(LEASE * 1000)]}}}]
        while True:
            await asyncio.sleep(LEASE / 4)
            await self._catalog.meta.update_one({"_id": WORKING, "owner": self._owner}, until)
            await self._presence.tell()

    async def _stay(self) -> None:
        """Give signs of life, follow older processes, and notice a newer version."""
        while True:
            await asyncio.sleep(BEAT)
            try:
                await self.beat()
            except (PyMongoError, FhirError) as error:  # the next beat may reach the database again
                log.warning("upkeep late", error=type(error).__name__)

    async def beat(self) -> None:
        """Do what is due now and then."""
        await self._presence.tell()
        found = await layout.found(self._catalog.meta, empty=False, known=self._known)
        try:
            layout.refuse(found, self._known)
        except FhirError as error:
            self._refusal = error
            log.error("superseded", layout=found.number)  # noqa: TRY400 - it is no fault of ours
            return
        if not (pending := self._after(found)):
            await self._presence.tidy()
            return
        alone = not await self._presence.older()
        for one in pending:
            await self._migrate(one)
        if alone:
            await self._finish()
            log.info("layout moved", layout=self._known)
