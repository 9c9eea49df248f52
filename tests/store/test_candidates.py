"""Long rights looked up in memory: the same pages as when the database compares them."""

from asyncio import gather
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from pymongo.errors import ExecutionTimeout

from cordee.search.filter import Chain, Filter, Has, Marked, Not, Reference, Text, all_of, any_of
from cordee.search.values import SortKey
from cordee.store import candidates, catalog, chain_ends, reader, rows, ways
from cordee.store.candidates import MORE, Experience
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query
from store.conftest import Make, pages

HIDDEN = Marked(frozenset(("MASQUE_PS",)))
OTHERS = frozenset(f"Patient/x{n}" for n in range(200))
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


def bounds(*patients: int) -> Filter:
    """Give the same in the words of `access.grants`: all marks in one list, what hides beside."""
    own = frozenset(("by:me",))
    theirs = frozenset(f"Patient/{n}" for n in patients) | OTHERS
    return all_of((Marked(own | theirs), any_of((Marked(own), Not(HIDDEN)))))


async def _many_people(_catalog: catalog.Catalog) -> int:
    return 1_000_000


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
        rows.append(make("Observation", f"o{n:03}", found, marks=marks, compartments=(patient,)))
    for n in range(10):
        name = [{"f": f"name{n}", "x": f"Name{n}"}]
        rows.append(make("Patient", str(n), {"family": name}, marks=(f"Patient/{n}",)))
    await store.create_many(rows)
    return store


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
                short.setattr(candidates, "is_rights", lambda _: False)
                expected = await pages(filled, query)
            assert await pages(filled, query) == expected, (order, patients, filter)


async def test_who_finds_all_there_is_counts_it(filled: MongoStore) -> None:
    """A total that comes with the first page is that of the whole query; no other page has one."""
    totals = []
    for patients in ((), (3,), (0, 7), tuple(range(10))):
        of_two = Reference("subject", ("Patient/3", "Patient/4"))
        wanted = all_of((rights(*patients), of_two))
        counted = await filled.count(("Observation",), wanted, accurate=True)
        for order in ORDERS.values():
            for _ in range(3):
                query = Query(("Observation",), wanted, sort=order, count=15)
                page = await filled.search(query)
                assert page.total in (None, counted)
                totals.append(page.total)
                if page.next:
                    later = await filled.search(replace(query, after=page.next))
                    assert later.total is None
    assert {0, 26, 51} == {found for found in totals if found is not None}


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
    monkeypatch.setattr(chain_ends, "CANDIDATES", 100)
    everything = all_of((rights(*range(9)), Text("code:text", "")))
    query = Query(("Patient",), Has("Observation", "subject", everything), count=100)
    assert len((await filled.search(query)).matches) == 9


def test_what_failed_is_skipped_for_a_while() -> None:
    """Each failure in a row doubles how often the trial is left out; a success ends that."""
    experience = Experience()
    tried = []
    for _ in range(12):
        asked = experience.more("shape")
        tried.append(asked is not None)
        if asked is not None:
            experience.went("shape", well=False, hidden=True)
    assert [number for number, each in enumerate(tried) if each] == [0, 2, 6]
    experience.went("shape", well=True, hidden=True)
    assert experience.more("shape") == MORE
    assert experience.more("another shape") == MORE


def test_where_nothing_is_hidden_no_more_than_a_page_is_asked_for() -> None:
    """Until something was."""
    experience = Experience()
    experience.went("shape", well=True, hidden=False)
    assert experience.more("shape") == 0
    experience.went("shape", well=False, hidden=True)
    assert experience.more("shape") is None
    assert experience.more("shape") == MORE


async def test_a_question_that_takes_too_long_is_asked_whole(
    filled: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database gives candidates up, and the page is the same."""
    given_up = []

    class Impatient(rows.Rows):
        async def find(self, asked: Any) -> Any:
            if asked.milliseconds == candidates.SHORTLY:
                given_up.append(asked.turn.type)
                raise ExecutionTimeout("operation exceeded time limit")
            return await super().find(asked)

    monkeypatch.setattr(ways, "Rows", Impatient)
    wanted = all_of((rights(3), Text("code:text", "weigh")))
    page = await filled.search(Query(("Observation",), wanted, count=40))
    assert {int(version.id[1:]) % 10 for version in page.matches} == {3}
    assert given_up == ["Observation"]


async def test_reads_by_id_go_through_the_rights(filled: MongoStore) -> None:
    """Alone, in a group, and where more than marks must be looked at."""
    within, marked = rights(3), all_of((rights(3), Text("code:text", "weigh")))
    ids = [f"o{n:03}" for n in range(60)]
    one = [await filled.read("Observation", id, within) for id in ids]
    many = await gather(*(filled.read("Observation", id, within) for id in ids))
    assert [found and found.id for found in one] == [found and found.id for found in many]
    seen = {found.id for found in one if found}
    assert seen == {f"o{n:03}" for n in range(60) if n % 10 == 3 and n % 7}
    keys = [("Observation", id) for id in ids]
    assert {id for _, id in await filled.read_many(keys, within={"Observation": within})} == seen
    weighed = [id for id in ids if await filled.read("Observation", id, marked)]
    assert set(weighed) == {id for id in seen if int(id[1:]) % 2}
    assert await filled.read("Observation", "never", within) is None


async def test_lists_of_everything_of_ones_own(
    filled: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked up by patient, walked and tested, or given up on the way: the same pages."""
    walked = []

    class Seen(rows.Rows):
        async def find(self, asked: Any) -> Any:
            if asked.milliseconds == candidates.SHORTLY:
                walked.append(asked.turn.type)
                if len(walked) % 2:
                    raise ExecutionTimeout("operation exceeded time limit")
            return await super().find(asked)

    monkeypatch.setattr(ways, "Rows", Seen)
    for order, patients, ruled in product(
        ORDERS, ((), (3,), (0, 7), tuple(range(10))), (rights, bounds)
    ):
        query = Query(("Observation",), ruled(*patients), sort=ORDERS[order], count=40)
        with monkeypatch.context() as short:
            short.setattr(candidates, "is_rights", lambda _: False)
            expected = await pages(filled, query)
        for _ in range(3):
            assert await pages(filled, query) == expected, (order, patients, ruled)
    assert walked


async def test_what_is_newest_of_many_is_found_by_keys(
    filled: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages in the order of a date read the documents they show, not all that are put in order."""
    read: list[int] = []

    class Counting(ways.Ways):
        def __init__(self, *given: Any, **named: Any) -> None:
            look = named["look"]

            async def counted(*asked: Any) -> Any:
                found = await look(*asked)
                read.append(len(found))
                return found

            super().__init__(*given, **named | {"look": counted})

    wanted = bounds(*range(10))
    query = Query(("Observation",), wanted, sort=ORDERS["by date, newest first"], count=20)
    with monkeypatch.context() as short:
        short.setattr(candidates, "is_rights", lambda _: False)
        expected = await pages(filled, query)
    monkeypatch.setattr(catalog.Catalog, "people", _many_people)
    monkeypatch.setattr(reader, "Ways", Counting)
    assert await pages(filled, query) == expected
    assert len(read) == len(expected)
    assert max(read) <= 20 + 1 + MORE


async def test_totals_under_rights_are_not_guessed(
    filled: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guess would be a share of what is hidden, too."""

    async def guess(*_: Any) -> int:
        return 300

    monkeypatch.setattr(reader, "estimated", guess)
    assert await filled.count(("Observation",), rights(3), accurate=False) == 26
    weighed = Text("code:text", "weigh")
    assert await filled.count(("Observation",), weighed, accurate=False) == 300
