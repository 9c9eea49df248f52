"""The indexes that stored types lack, made when a server starts."""

import asyncio
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pymongo import MongoClient

from cordee.search.index import Index
from cordee.store import index_upkeep
from cordee.store.leases import LONG_AGO, Leases, Position
from cordee.store.mongo_store import MongoStore


def fields(uri: str, database: str, type: str) -> set[str]:
    """Give the first fields of a type's indexes."""
    with MongoClient[Any](uri) as client:
        rows = client[database][type].index_information().values()
    return {row["key"][0][0] for row in rows}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again soon at what another process does."""
    monkeypatch.setattr(index_upkeep, "AGAIN", 0.05)


async def test_new_indexes_are_made_though_nobody_writes(
    open_store: Any, make: Any, source: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """An upgrade's indexes come to each type that is stored, whichever processes start at once."""
    first = await open_store()
    await first.create(*make("Patient", "a"))
    await first.create(*make("Location", "a"))
    more = {name: (Index("email", "token"),) for name in ("Patient", "Location", "Task")}
    one, other = [await open_store(type(source)(more)) for _ in range(2)]
    assert await one.outdated() == ["Location", "Patient"]
    registry = CollectorRegistry()
    await asyncio.gather(one.index_upkeep(registry).run(), other.index_upkeep().run())
    for name in ("Patient", "Location"):
        assert "sp.email.v" in fields(mongodb_uri, mongodb_database, name)
    assert await one.outdated() == []
    assert registry.get_sample_value("cordee_types_lacking_indexes") == 0
    assert await one.types() == ["Location", "Patient"]


async def test_an_index_that_was_dropped_comes_back(
    store: MongoStore, make: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """What is there counts, not what was once made."""
    await store.create(*make("Patient", "a"))
    with MongoClient[Any](mongodb_uri) as client:
        client[mongodb_database]["Patient_history"].drop_indexes()
    assert await store.outdated() == ["Patient"]
    await store.index_upkeep().run()
    assert "i" in fields(mongodb_uri, mongodb_database, "Patient_history")


async def test_an_empty_database_stays_empty(
    store: MongoStore, mongodb_uri: str, mongodb_database: str
) -> None:
    """Nothing is made for types that were never written."""
    with MongoClient[Any](mongodb_uri) as client:
        before = client[mongodb_database].list_collection_names()
        await store.index_upkeep().run()
        assert client[mongodb_database].list_collection_names() == before


async def test_what_a_dead_process_left_is_taken_over(
    store: MongoStore, make: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """Who builds has a lease; when it is over, another builds."""
    await store.create(*make("Patient", "a"))
    dead = Leases(store._catalog.database, "indexes", "dead", count=1, seconds=1.0)
    await dead.open(Position("", LONG_AGO))
    assert await dead.hold()
    with MongoClient[Any](mongodb_uri) as client:
        client[mongodb_database]["Patient"].drop_indexes()
    await store.index_upkeep().run()
    assert "k.birthdate" in fields(mongodb_uri, mongodb_database, "Patient")
    assert not await dead._held()
