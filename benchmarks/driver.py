"""The driver by itself: inserts as durable as Cordée's, without HTTP and without FHIR."""

import asyncio
import itertools
import time
from typing import Any

from bson import Binary, ObjectId
from pymongo import AsyncMongoClient, WriteConcern


async def inserts(uri: str, bodies: list[bytes], callers: int, seconds: float) -> float:
    """Give the inserts per second of some callers, majority-acknowledged and journaled."""
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri)
    durable = WriteConcern("majority", j=True)
    collection = client["floor"].get_collection("driver", write_concern=durable)
    feed = itertools.cycle(bodies)
    await collection.insert_one({"_id": ObjectId(), "b": Binary(next(feed))})
    done = 0
    begun = time.perf_counter()
    deadline = begun + seconds

    async def caller() -> None:
        nonlocal done
        while time.perf_counter() < deadline:
            await collection.insert_one({"_id": ObjectId(), "b": Binary(next(feed))})
            done += 1

    await asyncio.gather(*(caller() for _ in range(callers)))
    rate = done / (time.perf_counter() - begun)
    await client.close()
    return rate
