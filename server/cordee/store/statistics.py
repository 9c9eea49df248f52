"""How much room each collection takes, as the database tells.

https://www.mongodb.com/docs/manual/reference/operator/aggregation/collStats/
"""

import asyncio
from dataclasses import dataclass

from cordee.store.connection import Collection, Database
from cordee.store.unavailable import translated

AT_ONCE = 16
"""Collections that are asked for at a time."""


@dataclass(frozen=True, slots=True)
class Room:
    """One collection: documents, bytes on disk of documents and of indexes, number of indexes."""

    collection: str
    documents: int
    stored: int
    indexed: int
    indexes: int


class Statistics:
    """The figures of one database."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def rooms(self) -> list[Room]:
        """Give all collections, the largest first; of shards, the sums."""
        with translated():
            names = await self._database.list_collection_names(filter={"type": "collection"})
            own = [name for name in names if not name.startswith("system.")]
            found: list[Room] = []
            for group in (own[at : at + AT_ONCE] for at in range(0, len(own), AT_ONCE)):
                found += await asyncio.gather(*(self._room(self._database[one]) for one in group))
        return sorted(found, key=lambda room: -(room.stored + room.indexed))

    async def _room(self, collection: Collection) -> Room:
        cursor = await collection.aggregate([{"$collStats": {"storageStats": {}}}])
        parts = [row["storageStats"] for row in await cursor.to_list()]
        return Room(
            collection.name,
            sum(part["count"] for part in parts),
            sum(part["storageSize"] for part in parts),
            sum(part["totalIndexSize"] for part in parts),
            max((part["nindexes"] for part in parts), default=0),
        )
