"""Traits of every version, put beside those that were written before there were any."""

from datetime import datetime

from pymongo import UpdateOne

from cordee.resource import json
from cordee.search import traits
from cordee.search.marks import NOBODY
from cordee.store.batches import batches
from cordee.store.catalog import Catalog
from cordee.store.connection import Collection, Document
from cordee.store.documents import MARKS, TRAITS
from cordee.store.reindex import STORED_DEPTH

_FIELDS: Document = {"_id": 1, "i": 1, "v": 1, "b": 1}


class Retrait:
    """Gives the versions of one database the traits that they lack."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def run(self, type: str, since: datetime | None) -> int:
        """Look at the versions of a type, of those only the ones written `since`; count them."""
        if type in traits.WITHOUT:
            return 0
        lacking: Document = {TRAITS: None, MARKS: {"$ne": NOBODY}}
        chosen = lacking if since is None else lacking | {"t": {"$gte": since}}
        history = self._catalog.history(type)
        done = await self._pass(history, chosen)
        await self._pass(self._catalog.current(type), chosen)
        deleted = chosen | {"m": "DELETE"}
        async for row in history.find(deleted, _FIELDS):
            before = await history.find_one({"i": row["i"], "v": row["v"] - 1}, {TRAITS: 1})
            if before is not None and TRAITS in before:
                change = {"$set": {TRAITS: before[TRAITS]}}
                await history.update_one({"_id": row["_id"]}, change)
        return done

    async def _pass(self, collection: Collection, chosen: Document) -> int:
        done = 0
        async for batch in batches(collection, chosen, _FIELDS):
            changes = [change for row in batch if (change := _change(row)) is not None]
            if changes:
                await collection.bulk_write(changes, ordered=False)
            done += len(batch)
        return done


def _change(row: Document) -> UpdateOne | None:
    """Give what a version lacks, unless it was written anew meanwhile."""
    if "b" not in row:
        return None
    found = traits.of(json.parse(row["b"], max_depth=STORED_DEPTH))
    return (
        UpdateOne({"_id": row["_id"], "v": row["v"]}, {"$set": {TRAITS: found}}) if found else None
    )
