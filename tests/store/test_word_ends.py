"""Parts of names and places are found by the ends of their words, however large the record."""

from typing import Any

import pytest
from pymongo import AsyncMongoClient

from cordee.resource.types import Resource
from cordee.search.filter import AllOf, Text
from cordee.search.values import Extraction
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query
from cordee.store.word_ends import ANY, narrowed, word_ends
from store.conftest import HandMadeSource


def named(*names: str) -> dict[str, Any]:
    """The index values of somebody's family names."""
    return {"family": [{"f": name, "x": name} for name in names]}


LONG = "a" * 30 + "bc" + "a" * 30
PEOPLE = {
    "lefevre": named("lefevre") | {"given": [{"f": "marie", "x": "Marie"}]},
    "de la tour": named("de la tour"),
    "long": named(LONG),
    "many": named(" ".join(f"part{number}" for number in range(200))),
    "short": named("o"),
}


class Known(HandMadeSource):
    """Knows the index values of these people."""

    def extract(self, resource: Resource) -> Extraction:
        return Extraction(PEOPLE[str(resource["id"])])


FOUND = {
    "fev": "lefevre",
    "lefevre": "lefevre",
    "re": "lefevre",
    "e": "de la tour lefevre",
    "o": "de la tour short",
    "la to": "de la tour",
    "fe\0v": "",
    "\0": "",
    "a t": "de la tour",
    LONG[10:]: "long",
    "abca": "long",
    "art199": "many",
    "lefevres": "",
    "zz": "",
}


@pytest.fixture
async def people(store: MongoStore, make: Any) -> MongoStore:
    """Some people with such names."""
    for id, values in PEOPLE.items():
        await store.create(*make("Patient", id, values))
    return store


async def test_every_part_is_found(people: MongoStore) -> None:
    """Also one of several words, one longer than ends are, and one among very many words."""
    for part, expected in FOUND.items():
        page = await people.search(Query(("Patient",), Text("family", part, "contains")))
        assert " ".join(version.id for version in page.matches) == expected, part


@pytest.mark.usefixtures("people")
async def test_few_keys_stand_for_a_name(mongodb_uri: str, mongodb_database: str) -> None:
    """An end is a key; very many words are one key, and single letters none."""
    async with AsyncMongoClient[Any](mongodb_uri) as client:
        rows = await client[mongodb_database]["Patient"].find().to_list()
    ends = {row["_id"]: row.get("n") for row in rows}
    assert ends["de la tour"] == ["de", "la", "our", "tour", "ur"]
    assert ends["many"] == [ANY]
    assert ends["short"] is None


def lives(*lines: str) -> dict[str, Any]:
    """The index values of an address."""
    return {"address": [{"f": line, "x": line} for line in lines]}


HOUSES = {
    "haute": lives("12 rue haute", "rodez") | {"address-city": [{"f": "rodez", "x": "Rodez"}]},
    "hautes": lives("3 place des hautes vues", "albi"),
    "long": lives(" ".join(f"escalier{number}" for number in range(100))),
    "rue": named("ruelle"),
}


async def test_addresses_are_found_by_any_part(store: MongoStore, make: Any) -> None:
    """Apart from names; parts of two letters are found without ends."""
    for id, values in HOUSES.items():
        await store.create(*make("Patient", id, values))
    asked = {
        "haut": "haute hautes",
        "ut": "haute hautes",
        "rue h": "haute",
        "uel": "",
        "99": "long",
    }
    for part, expected in (asked | {"odez": "haute", "bi": "hautes", "calier77": "long"}).items():
        page = await store.search(Query(("Patient",), Text("address", part, "contains")))
        assert " ".join(version.id for version in page.matches) == expected, part
    page = await store.search(Query(("Patient",), Text("address-city", "haut", "contains")))
    assert not page.matches
    page = await store.search(Query(("Patient",), Text("family", "rue", "contains")))
    assert [version.id for version in page.matches] == ["rue"]


def test_machines_have_no_ends() -> None:
    """Traces are many, and their addresses are those of machines."""
    assert word_ends("AuditEvent", lives("server12 example")) == []
    assert word_ends("Location", lives("rodez")) == ["@dez", "@odez", "@rodez"]
    assert narrowed("AuditEvent", Text("address", "example", "contains")) is None


def test_other_strings_have_no_ends() -> None:
    """Each end is a key of an index."""
    assert word_ends("Patient", {"description": [{"f": "rue haute", "x": "Rue haute"}]}) == []


async def test_older_databases_get_their_ends(
    people: MongoStore, open_store: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """When the first process that reads them is started."""
    async with AsyncMongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        await database["Patient"].update_many({}, {"$unset": {"n": "", "p": ""}})
        await database["meta"].update_one({"_id": "layout"}, {"$set": {"number": 3, "least": 1}})
    await people.close()
    again = await open_store(Known())
    page = await again.search(Query(("Patient",), Text("family", "fev", "contains")))
    assert [version.id for version in page.matches] == ["lefevre"]
    both = AllOf((Text("family", "le"), Text("given", "mar")))
    page = await again.search(Query(("Patient",), both))
    assert [version.id for version in page.matches] == ["lefevre"]
