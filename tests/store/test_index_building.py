"""Indexes made where they are missing, beside what an operator made."""

from typing import Any

from pymongo import MongoClient

from cordee.search.filter import Text
from cordee.search.index import Index
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query

FAMILY = [("sp.family.f", 1), ("_id", 1)]


def named(uri: str, database: str, type: str = "Patient") -> dict[str, Any]:
    """Give the indexes of a type as the database tells them, by their first field."""
    with MongoClient[Any](uri) as client:
        rows = client[database][type].index_information()
    return {row["key"][0][0]: name for name, row in rows.items()}


async def test_an_index_of_an_operator_counts(
    store: MongoStore, make: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """Same keys and options under another name: it is left, and all others are made."""
    with MongoClient[Any](mongodb_uri) as client:
        patients = client[mongodb_database]["Patient"]
        patients.create_index(FAMILY, name="names")
        patients.create_index([("sp.given.f", 1)], name="theirs")
    await store.create(*make("Patient", "a"))
    made = named(mongodb_uri, mongodb_database)
    assert made["sp.family.f"] == "names"
    assert {"sp.identifier.v", "k.birthdate", "sp.given.f"} <= made.keys()
    assert await store.outdated() == []
    assert await store.refused_indexes() == []
    await store.reindex("Patient")
    assert named(mongodb_uri, mongodb_database)["sp.family.f"] == "names"
    with MongoClient[Any](mongodb_uri) as client:
        assert "theirs" in client[mongodb_database]["Patient"].index_information()


async def test_an_index_in_the_way_stops_no_other(
    store: MongoStore, make: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """Other options are a conflict: told with the name, done without, and made once it is gone."""
    with MongoClient[Any](mongodb_uri) as client:
        patients = client[mongodb_database]["Patient"]
        patients.create_index(FAMILY, name="names", hidden=True)
        await store.create(*make("Patient", "a", {"family": [{"f": "dupre", "x": "Dupré"}]}))
        made = named(mongodb_uri, mongodb_database)
        assert {"sp.identifier.v", "k.birthdate", "sp.given.f"} <= made.keys()
        (refused,) = await store.refused_indexes()
        assert (refused.collection, refused.keys) == ("Patient", "sp.family.f: 1, _id: 1")
        assert refused.blocker == "names"
        assert await store.outdated() == []
        assert len((await store.search(Query(("Patient",), Text("family", "dup")))).matches) == 1
        patients.drop_index("names")
    await store.index_upkeep().run()
    assert await store.refused_indexes() == []
    assert named(mongodb_uri, mongodb_database)["sp.family.f"] != "names"


async def test_data_that_cannot_be_indexed_stops_no_other(
    open_store: Any, make: Any, source: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """What one index cannot hold is told without quoting it; the others are made."""
    await (await open_store(type(source)({"Location": ()}))).create(*make("Location", "a"))
    with MongoClient[Any](mongodb_uri) as client:
        wrong = {"_id": "b", "sp": {"near": ["a secret place"]}}
        client[mongodb_database]["Location"].insert_one(wrong)
    indexes = (Index("near", "near"), Index("name", "string"))
    changed = await open_store(type(source)({"Location": indexes}))
    await changed.index_upkeep().run()
    assert "sp.name.f" in named(mongodb_uri, mongodb_database, "Location")
    (refused,) = await changed.refused_indexes()
    assert refused.keys == "sp.near.0: 2dsphere"
    assert "secret" not in refused.reason
