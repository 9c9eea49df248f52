"""Which processes work with a database, and which layout each of them writes.

A process says every few seconds that it is there. One of an older version that goes on writing
keeps a migration from being over.
"""

import os
import socket
from uuid import uuid4

from cordee.store.connection import Collection, Document

BEAT = 5.0
"""Seconds between two signs of life."""
GONE = 30.0
"""Seconds without a sign after which a process counts as gone."""
_KIND = "process/"


class Presence:
    """The sign of life of this process, among those of the others."""

    def __init__(self, meta: Collection, layout: int) -> None:
        self._meta = meta
        self._layout = layout
        self._id = f"{_KIND}{uuid4()}"

    async def tell(self) -> None:
        """Say that this process is there; forget those long gone."""
        where = f"{socket.gethostname()}:{os.getpid()}"
        fields: Document = {"layout": self._layout, "where": where}
        change: Document = {"$set": fields, "$currentDate": {"at": True}}
        await self._meta.update_one({"_id": self._id}, change, upsert=True)

    async def older(self) -> list[str]:
        """Give where processes of older layouts work that have been there just now."""
        rows = self._meta.find(self._others() | {"$expr": _within(GONE)})
        return sorted([row["where"] async for row in rows])

    async def tidy(self) -> None:
        """Forget the processes that are long gone."""
        gone = {"$not": [_within(GONE * 10)]}
        await self._meta.delete_many({"_id": {"$regex": f"^{_KIND}"}, "$expr": gone})

    async def leave(self) -> None:
        """Say that this process has ended."""
        await self._meta.delete_one({"_id": self._id})

    def _others(self) -> Document:
        return {"_id": {"$regex": f"^{_KIND}"}, "layout": {"$lt": self._layout}}


def _within(seconds: float) -> Document:
    """Hold for those who gave a sign within some seconds, by the database's clock."""
    return {"$gt": ["$at", {"$subtract": ["$$NOW", int(seconds * 1000)]}]}
