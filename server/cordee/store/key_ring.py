"""Sealed keys that all servers of one database share, at most one for each period of time.

| collection | one document | `_id` |
|---|---|---|
| `token_keys` | one sealed key | number of the period |
"""

from pymongo.errors import DuplicateKeyError

from cordee.store.connection import Collection, Database
from cordee.store.unavailable import translated


class MongoKeyRing:
    """The ring of one database."""

    def __init__(self, database: Database) -> None:
        """Name the collection."""
        self._keys: Collection = database["token_keys"]

    async def keys(self) -> dict[int, str]:
        """Give period → sealed key."""
        with translated():
            rows = await self._keys.find({}).to_list()
        return {row["_id"]: row["sealed"] for row in rows}

    async def add(self, period: int, sealed: str) -> None:
        """Keep a key for a period, unless another server has kept one already."""
        with translated():
            try:
                await self._keys.insert_one({"_id": period, "sealed": sealed})
            except DuplicateKeyError:
                return

    async def forget(self, before: int) -> None:
        """Delete the keys of periods before one."""
        with translated():
            await self._keys.delete_many({"_id": {"$lt": before}})
