"""Documents walked through in batches, in the order of their ids.

Each batch is a query of its own: no cursor is kept open while a batch is worked on, and the id of
its last document is where to go on from.
"""

from collections.abc import AsyncIterator

from cordee.store.connection import Collection, Document

BATCH = 500


async def batches(
    collection: Collection, chosen: Document, fields: Document, after: str = ""
) -> AsyncIterator[list[Document]]:
    """Give what matches, and comes after an id; `chosen` says nothing of ids."""
    query = {"_id": {"$gt": after}} | chosen
    while batch := await collection.find(query, fields, sort=[("_id", 1)], limit=BATCH).to_list():
        yield batch
        query["_id"] = {"$gt": batch[-1]["_id"]}
