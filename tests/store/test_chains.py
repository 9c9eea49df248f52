"""Chained parameters and `_has`."""

from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.search.filter import (
    EVERYTHING,
    AllOf,
    AnyOf,
    Chain,
    Filter,
    Has,
    Not,
    Text,
    Token,
)
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query, WriteSession

PATIENTS: dict[str, dict[str, list[Any]]] = {
    "anne": {
        "family": [{"f": "dupre", "x": "Dupré"}],
        "general-practitioner": ["Practitioner/d1"],
    },
    "bob": {
        "family": [{"f": "dupont", "x": "Dupont"}],
        "general-practitioner": ["Organization/d1"],
    },
    "carl": {"family": [{"f": "martin", "x": "Martin"}]},
}
OBSERVATIONS: dict[str, dict[str, list[Any]]] = {
    "o1": {"subject": ["Patient/anne"], "code": [{"s": "loinc", "v": "weight"}]},
    "o2": {"subject": ["Patient/bob"], "code": [{"s": "loinc", "v": "size"}]},
    "o3": {"subject": ["Group/anne"], "code": [{"s": "loinc", "v": "weight"}]},
    "o4": {},
}


@pytest.fixture
async def filled(store: MongoStore, make: Any) -> MongoStore:
    await store.create_many([make("Patient", id, row) for id, row in PATIENTS.items()])
    await store.create_many([make("Observation", id, row) for id, row in OBSERVATIONS.items()])
    await store.create(*make("Practitioner", "d1"))
    return store


def subject(filter: Filter) -> Filter:
    return Chain("subject", "Patient", filter)


CASES: dict[str, tuple[str, Filter, str]] = {
    "chain": ("Observation", subject(Text("family", "dup")), "o1 o2"),
    "chain that finds nobody": ("Observation", subject(Text("family", "x")), ""),
    "chain of chains": (
        "Observation",
        subject(Chain("general-practitioner", "Practitioner", EVERYTHING)),
        "o1",
    ),
    "chain to one of several types": (
        "Patient",
        AnyOf(
            (
                Chain("general-practitioner", "Practitioner", EVERYTHING),
                Chain("general-practitioner", "Organization", EVERYTHING),
            )
        ),
        "anne",
    ),
    "no chain": ("Observation", Not(subject(Text("family", "dup"))), "o3 o4"),
    "has": ("Patient", Has("Observation", "subject", Token("code", "loinc", "weight")), "anne"),
    "has, and a parameter": (
        "Patient",
        AllOf((Has("Observation", "subject", EVERYTHING), Text("family", "dupo"))),
        "bob",
    ),
    "has nothing": ("Patient", Not(Has("Observation", "subject", EVERYTHING)), "carl"),
    "has that has": (
        "Practitioner",
        Has(
            "Patient",
            "general-practitioner",
            Has("Observation", "subject", Token("code", None, "weight")),
        ),
        "d1",
    ),
}


async def test_chains_find_what_they_mean(filled: MongoStore) -> None:
    """Chains and `_has`, nested and negated, find exactly what they mean."""
    found = {}
    for name, (type, node, _) in CASES.items():
        page = await filled.search(Query((type,), node))
        found[name] = " ".join(version.id for version in page.matches)
    assert found == {name: expected for name, (*_, expected) in CASES.items()}


async def test_chains_see_the_writes_of_their_transaction(filled: MongoStore, make: Any) -> None:
    """A chain inside a transaction sees what the transaction wrote."""

    async def work(session: WriteSession) -> int:
        await session.put(*make("Observation", "o9", {"subject": ["Patient/carl"]}))
        return await session.count(
            ["Observation"], subject(Text("family", "martin")), accurate=True
        )

    assert await filled.write(work) == 1


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", ["chain", "has"])
async def test_chain_with_too_many_matches_is_too_costly(open_store: Any, name: str) -> None:
    """A chain whose inner search matches more than the limit is refused."""
    strict = await open_store(max_chain_matches=1)
    type = CASES[name][0]
    node = subject(EVERYTHING) if name == "chain" else Has("Observation", "subject", EVERYTHING)
    with pytest.raises(FhirError) as caught:
        await strict.search(Query((type,), node))
    assert caught.value.category == Category.TOO_COSTLY
