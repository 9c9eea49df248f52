"""The collections of a database: made, compressed and indexed before their first use.

A transaction must not create collections or indexes, so a write to a type that is not prepared
stops, prepares it here, and starts again. Preparing is idempotent: processes may race.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pymongo import IndexModel
from pymongo.errors import CollectionInvalid, OperationFailure

from cordee.background import ended
from cordee.search.marks import about
from cordee.store import index_building
from cordee.store.connection import Collection, Database
from cordee.store.documents import CODEC, HISTORY
from cordee.store.index_building import Refused
from cordee.store.index_plan import IndexSource, current_indexes, fingerprint, history_indexes

log: Any = structlog.get_logger("cordee.store")

META = "meta"
LOCKS = "locks"
REVISIONS = "revisions"
LOCK_LIFETIME = 3600
"""Seconds after which an unused lock document is removed."""

SIZE_SECONDS = 600.0
"""How old the numbers of resources may be by which a way to search is chosen."""

_COMPRESSED = {"wiredTiger": {"configString": "block_compressor=zstd"}}
_EXISTS = 48
_PLAN = "plan/"


class Catalog:
    """Gives the collections of each type and remembers which are prepared."""

    def __init__(self, database: Database, source: IndexSource) -> None:
        self.database = database.with_options(CODEC)
        self._source = source
        self._prepared: set[str] = set()
        self._plans: dict[str, str] = {}
        self._building: set[asyncio.Task[Any]] = set()
        self._preparing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._sizes: dict[str, tuple[int, float]] = {}
        self._current: dict[str, Collection] = {}
        self._history: dict[str, Collection] = {}
        self.meta = self.database[META]
        self.locks = self.database[LOCKS]
        self.revisions = self.database[REVISIONS]

    def current(self, type: str) -> Collection:
        """Give the collection of a type's current versions."""
        found = self._current.get(type)
        if found is None:
            found = self._current[type] = self.database[type]
        return found

    def history(self, type: str) -> Collection:
        """Give the collection of all versions of a type."""
        found = self._history.get(type)
        if found is None:
            found = self._history[type] = self.database[type + HISTORY]
        return found

    def placing(self, type: str) -> Mapping[str, frozenset[str]]:
        """Give the compartment types that each reference index of a type places it in."""
        return {index.name: index.compartments for index in self._source.indexes(type)}

    def by_person(self, type: str) -> bool:
        """Tell whether all that is about a patient lies in that patient's compartment."""
        members = [name for name, found in self.placing(type).items() if "Patient" in found]
        codes = about(type, {"Patient": tuple(members)})
        return bool(codes) and set(codes).issubset(members)

    def ready(self, type: str) -> bool:
        """Tell whether a type can be written: its collections are there.

        When its parameters have changed since its indexes were made, the new ones are built beside
        the work, as they may take long.
        """
        if type in self._prepared:
            return True
        made = self._plans.pop(type, None)
        if made is None:
            return False
        self._prepared.add(type)
        if made != self._fingerprint(type):
            task = asyncio.create_task(self.prepare(type, again=True))
            self._building.add(task)
            task.add_done_callback(self._built)
        return True

    async def close(self) -> None:
        """Stop waiting for indexes: the database builds them to their end."""
        await ended(*self._building)

    def _built(self, task: asyncio.Task[Any]) -> None:
        self._building.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("indexes not built", error=type(task.exception()).__name__)

    async def open(self) -> bool:
        """Prepare what every database needs, and learn which plans were made.

        Tells whether nothing was ever stored in it.
        """
        await self._create(META)
        await self._create(LOCKS)
        await self._create(REVISIONS)
        await self.locks.create_index("at", expireAfterSeconds=LOCK_LIFETIME)
        async for plan in self.meta.find({"_id": {"$regex": f"^{_PLAN}"}}):
            self._plans[plan["_id"].removeprefix(_PLAN)] = plan["fingerprint"]
        return not self._plans

    async def prepare(self, type: str, *, again: bool = False) -> tuple[Refused, ...]:
        """Create a type's collections and indexes where they are missing; give what could not be.

        `again` looks anew at a type that is prepared: its parameters may have changed. An index
        that cannot be made stops neither the others nor the work.
        """
        async with self._preparing[type]:  # indexes of one type may take hours
            if type in self._prepared and not again:
                return ()
            refused: list[Refused] = []
            for collection, plan in self._planned(type):
                await self._create(collection.name)
                refused += await index_building.build(collection, plan)
            for one in refused:
                log.warning("index refused", **one.as_document())
            made = {
                "fingerprint": self._fingerprint(type),
                "refused": [one.as_document() for one in refused],
            }
            await self.meta.update_one({"_id": _PLAN + type}, {"$set": made}, upsert=True)
            self._prepared.add(type)
            return tuple(refused)

    async def lacking(self, type: str) -> set[tuple[str, str]]:
        """Give the indexes that a type should have and has not: collection, name."""
        return {
            (collection.name, str(model.document["name"]))
            for collection, plan in self._planned(type)
            for model in index_building.lacking(plan, await index_building.listed(collection))
        }

    async def refused(self) -> list[Refused]:
        """Give the indexes that could not be made when that was last tried, by any process."""
        rows = self.meta.find({"_id": {"$regex": f"^{_PLAN}"}}, sort=[("_id", 1)])
        return [Refused(**one) async for row in rows for one in row.get("refused", ())]

    async def people(self) -> int:
        """Give about how many patients there are."""
        return await self.size("Patient")

    async def each(self, type: str) -> float:
        """Give about how many of a type a patient has, at least one."""
        return max(1.0, await self.size(type) / max(1, await self.people()))

    async def size(self, type: str) -> int:
        """Give about how many of a type there are; it may be some minutes old."""
        number, since = self._sizes.get(type, (0, -math.inf))
        if time.monotonic() - since > SIZE_SECONDS:
            number = await self.current(type).estimated_document_count()
            self._sizes[type] = number, time.monotonic()
        return number

    async def types(self) -> list[str]:
        """Give the types that have ever been written, by any process."""
        plans = self.meta.find({"_id": {"$regex": f"^{_PLAN}"}}, {"_id": 1})
        return sorted([plan["_id"].removeprefix(_PLAN) async for plan in plans])

    async def drop_unplanned(self, type: str) -> list[str]:
        """Drop the indexes of parameters that are no longer in use; give their names."""
        plan = current_indexes(self._source.indexes(type), type)
        return await index_building.drop_unplanned(self.current(type), plan)

    def _planned(self, type: str) -> list[tuple[Collection, Sequence[IndexModel]]]:
        return [
            (self.current(type), current_indexes(self._source.indexes(type), type)),
            (self.history(type), history_indexes()),
        ]

    def _fingerprint(self, type: str) -> str:
        return fingerprint([model for _, plan in self._planned(type) for model in plan])

    async def _create(self, name: str) -> None:
        try:
            await self.database.create_collection(
                name, storageEngine=_COMPRESSED, check_exists=False
            )
        except CollectionInvalid:
            pass
        except OperationFailure as error:
            if error.code != _EXISTS:
                raise
