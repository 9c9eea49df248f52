"""One question to the database for rows of a type: in order, so many, after a position.

https://hl7.org/fhir/R4/search.html#sort
"""

from dataclasses import dataclass, replace
from typing import Any

from cordee.store.catalog import REVISIONS, Catalog
from cordee.store.connection import Collection, Document, Session
from cordee.store.date_halves import halves
from cordee.store.sort import Order
from cordee.store.turn import Turn
from cordee.store.witness import wanting

NO_SUCH_INDEX = 2
"""What MongoDB says to an index that is not built yet (BadValue)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the database."""

    query: Document
    turn: Turn
    limit: int | None
    milliseconds: int
    reading: tuple[str, ...] | None = None
    """What of it, if that is not what the turn says."""
    ordered: bool = True
    index: Document | None = None
    """Keys of the index to read it by, if it is not the database's choice."""

    @property
    def order(self) -> tuple[Order, ...]:
        """Give the order."""
        return self.turn.order

    @property
    def sort(self) -> Document:
        """Give the order in the database's words; none where it does not matter."""
        each = self.order if self.ordered else ()
        return {part.field: -1 if part.descending else 1 for part in each}

    @property
    def fields(self) -> Document:
        """Give the fields to read."""
        reading = self.turn.reading if self.reading is None else self.reading
        return dict.fromkeys((*reading, *(part.field for part in self.order)), 1)

    @property
    def stages(self) -> list[dict[str, Any]]:
        """Give it as stages of a pipeline; it needs a limit, and an order that is stored."""
        return [
            {"$match": self.query},
            *([{"$sort": self.sort}] if self.ordered else ()),
            {"$limit": self.limit},
            {"$project": self.fields},
        ]


class Rows:
    """Asks, in a transaction or outside."""

    def __init__(self, catalog: Catalog, session: Session | None) -> None:
        self._catalog = catalog
        self._session = session

    async def find(self, asked: Asked) -> list[Document]:
        """Find rows; of two halves of a range of dates, the second where the first is too few."""
        parts = halves(asked.query, asked.order) if asked.limit is not None else None
        if parts is None:
            return await self.once(asked)
        found: list[Document] = []
        for query in parts:
            left = (asked.limit or 0) - len(found)
            if left > 0:
                found += await self.once(replace(asked, query=query, limit=left))
        return found

    async def once(self, asked: Asked) -> list[Document]:
        """Find rows with one command."""
        collection = self._catalog.current(asked.turn.type)
        if asked.turn.computed:
            return await self._computed(collection, asked)
        witness = wanting() if self._session is None and asked.limit is not None else None
        if witness is not None:
            stages = [*asked.stages, witness.stage(REVISIONS)]
            by: Any = {"hint": asked.index} if asked.index else {}
            found = await collection.aggregate(stages, maxTimeMS=asked.milliseconds, **by)
            return witness.take(await found.to_list())
        cursor = collection.find(
            asked.query,
            asked.fields,
            sort=asked.sort or None,
            limit=asked.limit or 0,
            batch_size=asked.limit or 1000,
            session=self._session,
            max_time_ms=asked.milliseconds,
            hint=list(asked.index.items()) if asked.index else None,
        )
        return await cursor.to_list()

    async def _computed(self, collection: Collection, asked: Asked) -> list[Document]:
        """Sort by values that are made on the way: the index values decide, not an index."""
        stages: list[dict[str, Any]] = [
            {"$set": {part.field: part.computed for part in asked.order if part.computed}},
            {"$match": asked.query},
            {"$sort": asked.sort},
        ]
        if asked.limit is not None:
            stages.append({"$limit": asked.limit})
        stages.append({"$project": asked.fields})
        cursor = await collection.aggregate(
            stages, session=self._session, maxTimeMS=asked.milliseconds, allowDiskUse=True
        )
        return await cursor.to_list()
