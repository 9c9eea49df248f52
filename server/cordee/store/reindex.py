"""Index values computed anew, after search parameters have changed.

It runs beside the server's work, batch by batch in id order, and remembers where it is: stopped, it
goes on from there. A resource that changes meanwhile is left alone, for its writer has indexed it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from pymongo import UpdateOne

from cordee.resource import json
from cordee.store.batches import batches
from cordee.store.catalog import Catalog
from cordee.store.connection import Document
from cordee.store.documents import indexed
from cordee.store.index_plan import IndexSource
from cordee.store.unavailable import translated

STORED_DEPTH = 500
"""The deepest nesting that any setting lets in."""
OPTIONAL = ("l", "n", "p", "g", "j")
"""What index values may lack."""
_FIELDS: Document = {"v": 1, "b": 1, "w": 1}


class Reindex:
    """Computes index values anew, type by type."""

    def __init__(self, catalog: Catalog, source: IndexSource) -> None:
        self._catalog = catalog
        self._source = source

    async def recent(self, type: str, since: datetime) -> int:
        """Compute the index values of what was written since a moment; give its number."""
        done, chosen = 0, {"t": {"$gte": since}}
        with translated():
            async for batch in batches(self._catalog.current(type), chosen, _FIELDS):
                await self._write(type, batch)
                done += len(batch)
        return done

    async def run(self, type: str, progress: Callable[[int], None] | None = None) -> int:
        """Compute the index values of all living resources of a type; give their number.

        `progress` is told the number so far after each batch. Creates the indexes that are new
        first, and drops those of parameters no longer in use last.
        """
        done = 0
        with translated():
            await self._catalog.prepare(type, again=True)
            after = await self._checkpoint(type)
            async for batch in batches(self._catalog.current(type), {}, _FIELDS, after):
                await self._write(type, batch)
                done += len(batch)
                await self._catalog.meta.update_one(
                    {"_id": _mark(type)}, {"$set": {"after": batch[-1]["_id"]}}, upsert=True
                )
                if progress is not None:
                    progress(done)
            await self._catalog.drop_unplanned(type)
            await self._catalog.meta.delete_one({"_id": _mark(type)})
        return done

    async def _checkpoint(self, type: str) -> str:
        found = await self._catalog.meta.find_one({"_id": _mark(type)})
        return "" if found is None else str(found["after"])

    async def _write(self, type: str, batch: Sequence[Document]) -> None:
        changes = []
        for row in batch:
            resource = json.parse(row["b"], max_depth=STORED_DEPTH)
            fields = indexed(self._source.extract(resource), row.get("w"))
            change: Document = {"$set": fields}
            if gone := {name: "" for name in OPTIONAL if name not in fields}:
                change["$unset"] = gone
            changes.append(UpdateOne({"_id": row["_id"], "v": row["v"]}, change))
        await self._catalog.current(type).bulk_write(changes, ordered=False)


def _mark(type: str) -> str:
    return f"reindex/{type}"
