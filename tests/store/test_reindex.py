"""Index values computed anew."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from pymongo import MongoClient

from cordee.search.filter import Range, Text
from cordee.search.index import Index
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query

FOUND = {"family": [{"f": "dupre", "x": "Dupré"}], "birthdate": [{"lo": 0, "hi": 9_000_000_000}]}


async def fill(store: MongoStore, make: Any, count: int) -> None:
    """Store patients without index values, whose values stand in their bodies."""
    items = []
    for n in range(count):
        version, extraction = make("Patient", f"p{n:04}")
        body = msgspec.json.encode({"resourceType": "Patient", "values": FOUND})
        items.append((replace(version, body=body), extraction))
    await store.create_many(items)


async def test_reindex_makes_resources_findable(store: MongoStore, make: Any) -> None:
    """After a reindex, resources are found and bounded by the values extracted anew."""
    await fill(store, make, 700)
    search = Query(("Patient",), Text("family", "dup"), count=1)
    assert (await store.search(search)).matches == ()
    progress: list[int] = []
    assert await store.reindex("Patient", progress.append) == 700
    assert progress == [500, 700]
    assert len((await store.search(search)).matches) == 1
    late = Range("birthdate", "gt", 8_000_000_000, 8_000_000_001)
    assert await store.count(["Patient"], late, accurate=True) == 700
    assert (await store.read("Patient", "p0000")) is not None


async def test_reindex_goes_on_where_it_stopped(store: MongoStore, make: Any) -> None:
    """Interrupted after a batch, it goes on from there; done, the next one starts anew."""
    await fill(store, make, 700)

    class StoppedError(Exception):
        pass

    def stop(_done: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        await store.reindex("Patient", stop)
    assert await store.reindex("Patient") == 200
    assert await store.reindex("Patient") == 700


async def test_reindex_follows_the_parameters_in_use(
    open_store: Any, make: Any, source: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """New parameters get their index, and those no longer in use lose theirs."""
    await fill(await open_store(), make, 1)
    changed = type(source)({"Patient": (Index("family", "string"), Index("email", "token"))})
    other = await open_store(changed)
    await other.reindex("Patient")
    with MongoClient[Any](mongodb_uri) as client:
        rows = client[mongodb_database]["Patient"].index_information().values()
    fields = {key for row in rows for key, _ in row["key"]}
    assert {"sp.family.f", "sp.email.v"} <= fields
    assert not {"sp.identifier.v", "k.birthdate"} & fields


async def test_new_indexes_take_the_room_of_old_ones(
    open_store: Any, make: Any, source: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """A collection has 64 at most, old and new ones together."""
    many = type(source)({"Patient": tuple(Index(f"old{n}", "token") for n in range(60))})
    await fill(await open_store(many), make, 1)
    with MongoClient[Any](mongodb_uri) as client:
        changed = type(source)({"Patient": tuple(Index(f"new{n}", "token") for n in range(60))})
        await (await open_store(changed)).reindex("Patient")
        rows = client[mongodb_database]["Patient"].index_information().values()
    fields = {key for row in rows for key, _ in row["key"]}
    assert {f"sp.new{n}.v" for n in range(57)} <= fields


async def test_types_are_those_ever_written(store: MongoStore, make: Any) -> None:
    """The store knows the types that it holds."""
    assert await store.types() == []
    await store.create(*make("Patient", "a"))
    assert await store.types() == ["Patient"]
