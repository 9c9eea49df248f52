"""What comes first of several searches, by one command: what each of them gives by itself."""

from itertools import product
from typing import Any

import pytest
from pymongo import MongoClient

from cordee.search.filter import Chain, Filter, Marked, Not, Range, Reference, Text, Token, all_of
from cordee.search.values import SortKey
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query
from store.conftest import Make

PATIENTS = tuple(f"Patient/{n}" for n in range(8))
OPEN = Marked(frozenset())
ORDERS: tuple[tuple[SortKey, ...], ...] = (
    (),
    (SortKey("date", "date", descending=True),),
    (SortKey("date", "date"),),
    (SortKey("_lastUpdated", "date", descending=True),),
    (SortKey("code", "token"),),
)
DAY = Range("date", "ge", 20, 21)


def rights(*patients: str) -> Filter:
    """Give what a caller in some circles is restricted to; what is masked is hidden."""
    return all_of((Marked(frozenset(patients)), Not(Marked(frozenset(("MASQUE_PS",))))))


@pytest.fixture
async def filled(store: MongoStore, make: Make) -> MongoStore:
    """Observations of eight patients, most of the last one's masked; and the patients."""
    rows = [
        make("Patient", name.partition("/")[2], {"family": [{"f": "martin", "x": ""}]})
        for name in PATIENTS
    ]
    for n in range(400):
        patient = PATIENTS[n % 8]
        masked = n % 8 == 7 and n % 5
        values = {
            "subject": [patient],
            "code": [{"v": "a" if n % 3 else "b"}],
            "date": [{"lo": n % 50, "hi": n % 50 + 1}],
        }
        marks = (patient, "MASQUE_PS") if masked else (patient,)
        rows.append(make("Observation", f"o{n:03}", values, marks=marks, compartments=(patient,)))
    await store.create_many(rows)
    return store


def searches() -> list[Query]:
    """Searches of everybody and of callers in circles, with and without matches, in all orders."""
    found = []
    for sort, patient, limits in product(
        ORDERS, (*PATIENTS[5:], "Patient/nobody"), (None, PATIENTS[:6], PATIENTS)
    ):
        about: Filter = Reference("subject", (patient,))
        for filter in (about, all_of((about, Token("code", None, "a"))), all_of((about, DAY))):
            limited = filter if limits is None else all_of((rights(*limits), filter))
            found.append(Query(("Observation",), limited, sort, count=12))
    chain = Chain("subject", "Patient", Text("family", "martin"))
    found += [Query(("Observation",), chain, count=5), Query(("Flag",), Token("code", None, "a"))]
    found += [Query(("Observation",), rights(PATIENTS[0]), count=5), Query(("Patient",), DAY)]
    return found


async def test_each_gives_what_it_gives_by_itself(filled: MongoStore) -> None:
    """Whatever was learned of how much is hidden, in one command or left out of it."""
    queries = searches()
    expected = [(await filled.search(query)).matches for query in queries]
    for _ in range(4):
        assert await filled.first_of_each(queries) == expected
    assert await filled.first_of_each(queries[::-1]) == expected[::-1]
    nowhere_first = [queries[-3], *queries[:2]]
    assert await filled.first_of_each(nowhere_first) == [expected[-3], *expected[:2]]
    assert len([found for found in expected if found]) > len(expected) // 2
    assert await filled.first_of_each([]) == []


async def test_inside_a_transaction_they_see_what_it_wrote(filled: MongoStore, make: Make) -> None:
    """One after the other: MongoDB unites no collections there."""
    fresh = make("Observation", "o999", {"subject": ["Patient/9"]})
    query = Query(("Observation",), Reference("subject", ("Patient/9",)))

    async def work(session: Any) -> Any:
        await session.put(*fresh)
        return await session.first_of_each([query, query])

    found = await filled.write(work)
    assert [[one.id for one in matches] for matches in found] == [["o999"], ["o999"]]


async def test_they_are_one_command(
    filled: MongoStore, mongodb_uri: str, mongodb_database: str
) -> None:
    """Fifteen sections of a dossier ask the database once."""
    queries = [
        Query(("Observation",), Reference("subject", (patient,)), ORDERS[1], count=3)
        for patient in PATIENTS
    ]
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        database.command("profile", 2)
        await filled.first_of_each(queries)
        database.command("profile", 0)
        rows = list(database["system.profile"].find({"ns": {"$regex": "Observation$|meta$"}}))
        assert len([row for row in rows if row["op"] in ("query", "command")]) == 1
