"""How often what decides on a caller's rights was written, counted in the very transaction.

A reader that keeps rights in memory compares the counts first: whoever was let in, or put out, by a
committed write is let in, or put out, in every process at its next request.
"""

from collections.abc import Iterable, Sequence

from pymongo import UpdateOne

from cordee.store.connection import Collection, Session


async def counted(
    collection: Collection, keys: Sequence[str], session: Session | None
) -> tuple[int, ...]:
    """Give the count of each key."""
    cursor = collection.find({"_id": {"$in": list(keys)}}, session=session)
    found = {row["_id"]: row["n"] for row in await cursor.to_list()}
    return tuple(found.get(key, 0) for key in keys)


async def count(collection: Collection, keys: Iterable[str], session: Session | None) -> None:
    """Count one write for each key; in one order for all, so that writers do not cross."""
    changes = [
        UpdateOne({"_id": key}, {"$inc": {"n": 1}}, upsert=True) for key in sorted(set(keys))
    ]
    if changes:
        await collection.bulk_write(changes, session=session)
