"""Totals that need not be exact cost the same whatever the size of the record."""

from typing import Any

from pymongo import AsyncMongoClient

from cordee.store.estimation import estimated

MANY = 24_000


async def test_little_is_counted_and_much_is_guessed(
    mongodb_uri: str, mongodb_database: str
) -> None:
    """A guess is near: what is looked at misses by ten times less, nearly always."""
    async with AsyncMongoClient[Any](mongodb_uri) as client:
        collection = client[mongodb_database]["Task"]
        rows = [{"_id": number, "half": number % 2, "few": number % 100} for number in range(MANY)]
        await collection.insert_many(rows, ordered=False)
        assert await estimated(collection, {}, 60_000) == MANY
        assert await estimated(collection, {"few": 7}, 60_000) == MANY / 100
        assert await estimated(collection, {"few": 100}, 60_000) == 0
        guess = await estimated(collection, {"half": 1}, 60_000)
        assert 0.35 * MANY < guess < 0.65 * MANY
        assert guess >= 1_001


async def test_a_small_record_is_counted(mongodb_uri: str, mongodb_database: str) -> None:
    """A sample of it would be all of it."""
    async with AsyncMongoClient[Any](mongodb_uri) as client:
        collection = client[mongodb_database]["Task"]
        await collection.insert_many(
            [{"_id": number, "half": number % 2} for number in range(4000)]
        )
        assert await estimated(collection, {"half": 1}, 60_000) == 2000
