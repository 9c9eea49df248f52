"""Compartments and marks of every version, computed anew: what rules of access look at.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html
"""

from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateOne

from cordee.resource import json
from cordee.store.batches import batches
from cordee.store.catalog import Catalog
from cordee.store.connection import Collection, Document
from cordee.store.documents import TRAITS, marks
from cordee.store.index_plan import IndexSource
from cordee.store.reindex import STORED_DEPTH

_FIELDS: Document = {"_id": 1, "i": 1, "v": 1, "b": 1, "w": 1}


class Remark:
    """Marks the versions of one database anew."""

    def __init__(self, catalog: Catalog, source: IndexSource) -> None:
        self._catalog = catalog
        self._source = source

    async def run(self, type: str, since: datetime | None, *, unmarked: bool = False) -> int:
        """Mark the versions of a type, of those only the ones written `since`; give their number.

        `unmarked` leaves alone those that have any mark.
        """
        history = self._catalog.history(type)
        chosen: Document = {} if since is None else {"t": {"$gte": since}}
        if unmarked:
            chosen = chosen | {"a": None}
        done = 0
        async for batch in batches(history, chosen, _FIELDS):
            await self._mark(history, [row for row in batch if "b" in row])
            # A deletion keeps what was said of the version before it, which is marked by now.
            await self._mark_deletions(history, [row for row in batch if "b" not in row])
            done += len(batch)
        return done

    async def _mark(self, history: Collection, rows: Sequence[Document]) -> None:
        changes = [UpdateOne({"_id": row["_id"]}, {"$set": self._said(row)}) for row in rows]
        if changes:
            await history.bulk_write(changes, ordered=False)

    async def _mark_deletions(self, history: Collection, rows: Sequence[Document]) -> None:
        for row in rows:
            before = await history.find_one({"i": row["i"], "v": row["v"] - 1}, {"b": 1, "w": 1})
            if before is not None and "b" in before:
                await history.update_one({"_id": row["_id"]}, {"$set": self._said(before)})

    def _said(self, row: Document) -> Document:
        extraction = self._source.extract(json.parse(row["b"], max_depth=STORED_DEPTH))
        said = {"c": extraction.compartments, "a": marks(extraction, row.get("w"))}
        return said | ({TRAITS: extraction.traits} if extraction.traits else {})
