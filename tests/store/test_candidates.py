"""Long rights looked up in memory: the same pages as when the database compares them."""

from dataclasses import replace
from itertools import product

import pytest

from cordee.search.filter import Chain, Filter, Has, Marked, Not, Reference, Text, all_of, any_of
from cordee.search.values import SortKey
from cordee.store import candidates, reader
from cordee.store.candidates import MANY
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query
from store.conftest import Make

HIDDEN = Marked(frozenset(("MASQUE_PS",)))
OTHERS = frozenset(f"Patient/x{n}" for n in range(MANY + 1))
"""Patients whom nobody has: they only make the list long."""
ORDERS: dict[str, tuple[SortKey, ...]] = {
    "by id": (),
    "by date, newest first": (SortKey("date", "date", descending=True),),
    "by time": (SortKey("_lastUpdated", "date"),),
}


def rights(*patients: int) -> Filter:
    """Give what a caller in thousands of circles is restricted to."""
    own = Marked(frozenset(f"Patient/{n}" for n in patients) | OTHERS)
    return any_of((Marked(frozenset(("by:me",))), all_of((own, Not(HIDDEN)))))


@pytest.fixture
async def filled(store: MongoStore, make: Make) -> MongoStore:
    """300 observations of ten patients, every seventh of them masked; and the patients."""
    rows = []
    for n in range(300):
        patient = f"Patient/{n % 10}"
        marks = (patient, "MASQUE_PS") if n % 7 == 0 else (patient,)
        found = {
            "subject": [patient],
            "code": [{"v": "a" if n % 3 else "b"}],
            "code:text": ["weight" if n % 2 else "height"],
            "date": [{"lo": n % 50, "hi": n % 50 + 1}],
        }
        rows.append(make("Observation", f"o{n:03}", found, marks=marks))
    for n in range(10):
        name = [{"f": f"name{n}", "x": f"Name{n}"}]
        rows.append(make("Patient", str(n), {"family": name}, marks=(f"Patient/{n}",)))
    await store.create_many(rows)
    return store


async def pages(store: MongoStore, query: Query) -> list[list[str]]:
    """Walk all pages, forward and back again."""
    found = [await store.search(query)]
    while found[-1].next is not None:
        found.append(await store.search(replace(query, after=found[-1].next)))
    last = found[-1]
    while last.previous is not None:
        last = await store.search(replace(query, before=last.previous))
        found.append(last)
    return [[version.id for version in page.matches] for page in found]


async def test_the_pages_are_those_of_the_whole_query(
    filled: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether candidates suffice or not, and in every order: nothing missing, nothing hidden."""
    owned: tuple[tuple[int, ...], ...] = ((), (3,), (0, 7), tuple(range(10)))
    filters: tuple[Filter, ...] = (
        Text("code:text", "weigh"),
        Reference("subject", ("Patient/3", "Patient/4")),
    )
    for order, patients, filter in product(ORDERS, owned, filters):
        wanted = all_of((rights(*patients), filter))
        for count in (5, 40):
            query = Query(("Observation",), wanted, sort=ORDERS[order], count=count)
            with monkeypatch.context() as short:
                short.setattr(candidates, "MANY", 10**6)
                expected = await pages(filled, query)
            assert await pages(filled, query) == expected, (order, patients, filter)


async def test_what_is_hidden_is_no_way_of_a_chain(filled: MongoStore) -> None:
    """A chain and `_has` pass through what the rights let through, and nothing else."""
    name = all_of((rights(3), Text("family", "name")))
    chained = Query(("Observation",), Chain("subject", "Patient", name), count=100)
    found = await filled.search(chained)
    assert {int(version.id[1:]) % 10 for version in found.matches} == {3}
    noted = all_of((rights(4), Text("code:text", "height")))
    query = Query(("Patient",), Has("Observation", "subject", noted), count=100)
    assert [version.id for version in (await filled.search(query)).matches] == ["4"]


async def test_more_than_candidates_through_a_chain(
    filled: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain that finds more than are looked at in memory is compared by the database."""
    monkeypatch.setattr(reader, "CANDIDATES", 100)
    everything = all_of((rights(*range(9)), Text("code:text", "")))
    query = Query(("Patient",), Has("Observation", "subject", everything), count=100)
    assert len((await filled.search(query)).matches) == 9
