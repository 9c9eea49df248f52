"""Leases: several server processes share numbered pieces of work, each piece with one at a time.

A process says that it lives, takes its fair share, and renews before its time is up; what a dead
one held is free when its time is up. The database's clock alone counts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import ReturnDocument

from cordee.store.connection import Collection, Database, Document
from cordee.store.unavailable import translated

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_OVER: Document = {"$expr": {"$lt": ["$until", "$$NOW"]}}


@dataclass(frozen=True, slots=True)
class Position:
    """Where the work of a piece stands: the token of the last event, and its time."""

    token: str
    moment: datetime


class Leases:
    """The pieces `0 … count - 1` of one work, seen from one process, `owner`."""

    def __init__(
        self, database: Database, work: str, owner: str, *, count: int, seconds: float
    ) -> None:
        self.owner = owner
        self.pieces: Collection = database[f"{work}_shards"]
        self._workers: Collection = database[f"{work}_workers"]
        self._count = count
        self._until: list[Document] = [
            {"$set": {"owner": owner, "until": {"$add": ["$$NOW", int(seconds * 1000)]}}}
        ]

    async def open(self, start: Position) -> None:
        """Make the pieces where they are missing, their work starting at `start`."""
        fresh = {"token": start.token, "moment": start.moment, "owner": "", "until": LONG_AGO}
        with translated():
            for piece in range(self._count):
                await self.pieces.update_one({"_id": piece}, {"$setOnInsert": fresh}, upsert=True)

    async def hold(self) -> frozenset[int]:
        """Renew what is held, take or give back until it is a fair share; give what is held."""
        with translated():
            await self._workers.update_one({"_id": self.owner}, self._until, upsert=True)
            await self._workers.delete_many(_OVER)
            share = -(-self._count // max(1, await self._workers.count_documents({})))
            await self.pieces.update_many({"owner": self.owner} | _not_over(), self._until)
            held = await self._held()
            for piece in held[share:]:
                await self._give_back({"_id": piece})
            held = held[:share]
            while len(held) < share and (taken := await self._take()) is not None:
                held.append(taken)
            return frozenset(held)

    async def positions(self, pieces: frozenset[int]) -> dict[int, Position]:
        """Give where the work of some pieces stands."""
        with translated():
            found = await self.pieces.find({"_id": {"$in": sorted(pieces)}}).to_list()
        return {row["_id"]: Position(row["token"], row["moment"]) for row in found}

    async def release(self) -> None:
        """Give everything back, so that others need not wait."""
        with translated():
            await self._give_back({})
            await self._workers.delete_one({"_id": self.owner})

    async def _held(self) -> list[int]:
        found = self.pieces.find({"owner": self.owner} | _not_over(), {"_id": 1})
        return sorted([row["_id"] async for row in found])

    async def _take(self) -> int | None:
        taken: Any = await self.pieces.find_one_and_update(
            _OVER, self._until, return_document=ReturnDocument.AFTER
        )
        return None if taken is None else int(taken["_id"])

    async def _give_back(self, which: Document) -> None:
        over: list[Document] = [{"$set": {"until": {"$subtract": ["$$NOW", 1]}}}]
        await self.pieces.update_many(which | {"owner": self.owner}, over)


def _not_over() -> Document:
    return {"$expr": {"$gte": ["$until", "$$NOW"]}}
