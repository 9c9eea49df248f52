"""Searches through links to many: looking at what comes first gives what finding all gives."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import ExecutionTimeout

from cordee.errors import FhirError
from cordee.search.filter import (
    AllOf,
    AnyOf,
    Chain,
    Filter,
    Has,
    Marked,
    Not,
    Text,
    Token,
    all_of,
    any_of,
)
from cordee.search.values import Extraction, SortKey
from cordee.store import chain_ends, filling, link_count, links, paging, reader, resolved
from cordee.store.candidates import SHORTLY
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query, Version
from store.conftest import Make, pages

SEARCHES = int(os.environ.get("CORDEE_TEST_LINKS", "24"))
"""Random searches that are compared; 600 take three minutes."""
FAMILIES = ("martin", "martin", "martin", "martinez", "bernard", "durand", "lefevre")
CODES = ("weight", "weight", "weight", "height", "pulse")
ORDERS: tuple[tuple[SortKey, ...], ...] = (
    (),
    (SortKey("date", "date", descending=True),),
    (SortKey("date", "date"),),
    (SortKey("_lastUpdated", "date", descending=True),),
    (SortKey("code", "token"),),
)


def resources(make: Make, rng: random.Random) -> Iterator[tuple[Version, Extraction]]:
    """Patients with common and rare names, their practitioners, observations of one or of two."""
    for n in range(20):
        yield make("Practitioner", f"d{n}", {"family": [{"f": rng.choice(FAMILIES), "x": ""}]})
    for n in range(60):
        values = {
            "family": [{"f": rng.choice(FAMILIES), "x": ""} for _ in range(rng.choice((1, 1, 2)))],
            "general-practitioner": [f"Practitioner/d{rng.randrange(25)}"],
        }
        yield make("Patient", f"{n:02}", values, marks=(f"Patient/{n:02}",))
    for n in range(200):
        about = [f"Patient/{rng.randrange(70):02}" for _ in range(rng.choice((1, 1, 1, 2)))]
        values = {
            "code": [{"v": rng.choice(CODES)}],
            "date": [{"lo": (day := rng.randrange(30)), "hi": day + 1}],
            "subject": ["Group/1"] if n % 11 == 0 else about,
        }
        if n % 13 == 0:
            del values["date"]
        yield make("Observation", f"o{n:03}", values, marks=tuple(about))


@pytest.fixture
async def filled(store: MongoStore, make: Make) -> MongoStore:
    """A small record."""
    rng = random.Random(1)
    await store.create_many([*resources(make, rng)])
    return store


def name(rng: random.Random) -> Filter:
    return Text("family", rng.choice(("martin", "mart", "durand", "zo", "")))


def code(rng: random.Random) -> Filter:
    return Token("code", None, rng.choice((*CODES, "none")))


def rights(rng: random.Random) -> Filter:
    some = frozenset(f"Patient/{n:02}" for n in rng.sample(range(70), rng.choice((1, 5, 40))))
    return any_of((Marked(some), Marked(frozenset(("open",)))))


def about(rng: random.Random, depth: int = 0) -> Filter:
    """Make a condition on observations that passes through patients."""
    doctor = Chain("general-practitioner", "Practitioner", name(rng))
    siblings = Has("Observation", "subject", code(rng))
    patient: Filter = rng.choice((name(rng), name(rng), doctor, siblings, Not(doctor)))
    if rng.random() < 0.3:
        patient = all_of((rights(rng), patient))
    found: Filter = Chain("subject", "Patient", patient)
    if depth == 0 and rng.random() < 0.4:
        other = about(rng, 1)
        found = rng.choice((Not(found), AnyOf((found, other)), AllOf((found, other))))
    return found


def observations(rng: random.Random) -> Query:
    parts = [about(rng)]
    if rng.random() < 0.4:
        parts.append(code(rng))
    if rng.random() < 0.3:
        parts.append(rights(rng))
    rng.shuffle(parts)
    return Query(("Observation",), all_of(parts), sort=rng.choice(ORDERS), count=rng.randint(1, 9))


def patients(rng: random.Random) -> Query:
    seen: Filter = rng.choice((code(rng), all_of((code(rng), about(rng, 1)))))
    if rng.random() < 0.3:
        seen = all_of((rights(rng), seen))
    parts: list[Filter] = [Has("Observation", "subject", seen)]
    if rng.random() < 0.5:
        parts.append(rng.choice((name(rng), about_doctor(rng), rights(rng))))
    sort = rng.choice(((), (SortKey("family", "string"),), (SortKey("_lastUpdated", "date"),)))
    return Query(("Patient",), all_of(parts), sort=sort, count=rng.randint(1, 9))


def about_doctor(rng: random.Random) -> Filter:
    return Chain("general-practitioner", "Practitioner", name(rng))


async def answers(store: MongoStore, query: Query, limit: int) -> list[Any]:
    """Walk all pages, forward and back again; and count, up to a limit and to the end."""
    ids = await pages(store, query)
    first = await store.search(query)
    types, filter = query.types, query.filter if first.filter is None else first.filter
    counted = await store.count(types, query.filter, accurate=True, limit=limit)
    total = await store.count(types, filter, accurate=True)
    assert first.total in {None, total}
    return [ids, counted, total]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a handful many."""
    monkeypatch.setattr(reader, "FEW", 3)
    monkeypatch.setattr(resolved, "SURELY", 1)
    monkeypatch.setattr(link_count, "AT_ONCE", 3)
    monkeypatch.setattr(filling, "LOOK", 1)
    monkeypatch.setattr(filling, "FIRST", 4)
    monkeypatch.setattr(filling, "LARGEST", 12)
    monkeypatch.setattr(filling, "ROUNDS", ((40, 8), (60, None)))
    monkeypatch.setattr(link_count, "ROUNDS", ((6, 9), (30, 30)))
    monkeypatch.setattr(link_count, "FAR", 40)


@pytest.mark.usefixtures("impatient")
async def test_the_answers_are_those_of_the_whole_query(
    filled: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page in both directions and every total, of random searches in every order."""
    rng = random.Random(2)
    filled_pages = counted = theirs = 0

    class Filled(filling.Filling):
        async def fill(self) -> Any:
            nonlocal filled_pages
            page = await super().fill()
            filled_pages += isinstance(page, list)
            return page

    class Counted(link_count.LinkCount):
        async def count(self, limit: int) -> int | None:
            nonlocal counted
            number = await super().count(limit)
            counted += number is not None
            return number

    class Theirs(resolved.Theirs):
        async def page(self) -> Any:
            nonlocal theirs
            page = await super().page()
            theirs += page is not None
            return page

    for number in range(SEARCHES):
        monkeypatch.setattr(chain_ends, "TOLD", rng.choice((0, 100)))
        monkeypatch.setattr(resolved, "PICKED", rng.choice((1, 1_000)))
        query = observations(rng) if number % 3 else patients(rng)
        monkeypatch.setattr(links, "MOST", rng.choice((4, 30)))
        with monkeypatch.context() as whole:
            whole.setattr(reader, "answerable", lambda _: False)
            whole.setattr(reader, "led", lambda *_: None)
            expected = await answers(filled, query, limit := rng.choice((5, 12)))
        with monkeypatch.context() as seen:
            seen.setattr(reader, "led", lambda *_: None)
            seen.setattr(paging, "Filling", Filled)
            seen.setattr(paging, "Theirs", Theirs)
            seen.setattr(reader, "LinkCount", Counted)
            assert await answers(filled, query, limit) == expected, (number, query)
    assert filled_pages > SEARCHES
    assert counted > SEARCHES // 10
    assert theirs > SEARCHES


@pytest.fixture
async def namesakes(store: MongoStore, make: Make) -> MongoStore:
    """A record in which one in four is a Martin, and each has two observations."""
    names = ["martin" if n % 4 == 0 else f"other{n % 50}" for n in range(400)]
    people = [
        make("Patient", f"{n:03}", {"family": [{"f": family, "x": family}]})
        for n, family in enumerate(names)
    ]
    about = [
        {"subject": [f"Patient/{n * 7 % 400:03}"], "code": [{"v": "weight" if n % 5 else "height"}]}
        for n in range(800)
    ]
    seen = [make("Observation", f"o{n:03}", values) for n, values in enumerate(about)]
    await store.create_many([*people, *seen])
    return store


MARTINS = Chain("subject", "Patient", Text("family", "martin"))
OLDEST = (SortKey("_lastUpdated", "date"),)
"""The order in which they were made, which is that of their ids."""


async def test_no_more_is_read_than_the_page_needs(
    namesakes: MongoStore,
    monkeypatch: pytest.MonkeyPatch,
    mongodb_uri: str,
    mongodb_database: str,
) -> None:
    """Where many bear the name, what comes first is looked at; a rare name costs what it did."""
    monkeypatch.setattr(reader, "FEW", 20)
    monkeypatch.setattr(chain_ends, "TOLD", 0)
    monkeypatch.setattr(filling, "FIRST", 20)
    examined: dict[str, int] = {}
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        for family in ("martin", "other7", "nobody"):
            chain = Chain("subject", "Patient", Text("family", family))
            database.command("profile", 2)
            await namesakes.search(Query(("Observation",), chain, OLDEST, count=4))
            database.command("profile", 0)
            rows = database["system.profile"].find({"docsExamined": {"$exists": True}})
            examined[family] = sum(row["docsExamined"] for row in rows)
            database["system.profile"].drop()
        database.command("profile", 2)
        await namesakes.count(("Observation",), MARTINS, accurate=True, limit=2)
        database.command("profile", 0)
        rows = database["system.profile"].find({"ns": {"$regex": "Patient$"}})
        counted = [row.get("docsExamined", 0) for row in rows]
    # Some bearers, what comes first and whose it is, twice at most; all would be 100 and 200.
    assert examined["martin"] <= 21 + 2 * 2 * 20 + 5
    assert examined["other7"] <= 8 + 2 * 8
    assert examined["nobody"] == 0
    # That there are many is known by now.
    assert counted
    assert 21 not in counted


async def test_more_than_a_chain_may_find_still_fills_a_page(
    open_store: Any, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain that leads to half of a record is no burden for a page, nor for a total that ends."""
    monkeypatch.setattr(reader, "FEW", 500)
    monkeypatch.setattr(chain_ends, "TOLD", 0)
    store = await open_store(max_chain_matches=600)
    people = [
        make("Patient", f"{n:03}", {"family": [{"f": "martin", "x": ""}]}) for n in range(700)
    ]
    seen = [make("Observation", f"{n:03}", {"subject": [f"Patient/{n:03}"]}) for n in range(700)]
    await store.create_many([*people, *seen])
    query = Query(("Observation",), MARTINS, OLDEST, count=20)
    assert [one.id for one in (await store.search(query)).matches] == [f"{n:03}" for n in range(20)]
    assert await store.count(("Observation",), MARTINS, accurate=True, limit=501) == 501
    with pytest.raises(FhirError):
        await store.search(replace(query, count=None))


async def test_what_changes_meanwhile_is_asked_again(
    namesakes: MongoStore, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is somebody else's by the time it is read is not shown, and the page is full."""
    monkeypatch.setattr(reader, "FEW", 20)
    monkeypatch.setattr(chain_ends, "TOLD", 0)

    class Overtaken(filling.Filling):
        async def _page(self) -> Any:
            changed = make("Observation", "o000", {"subject": ["Patient/001"]}, version=2)
            found = await namesakes.read("Observation", "o000")
            if found is not None and found.version == 1:
                await namesakes.write(lambda session: session.put(*changed))
            return await super()._page()

    query = Query(("Observation",), MARTINS, OLDEST, count=4)
    before = [one.id for one in (await namesakes.search(query)).matches]
    monkeypatch.setattr(paging, "Filling", Overtaken)
    after = [one.id for one in (await namesakes.search(query)).matches]
    assert before[0] == "o000"
    assert after[:3] == before[1:]
    assert len(after) == 4


async def test_whoever_bears_a_name_is_known_without_being_read(
    namesakes: MongoStore, monkeypatch: pytest.MonkeyPatch, mongodb_uri: str, mongodb_database: str
) -> None:
    """Their page is met in its order, or found with how many there are; no Patient is looked at."""
    monkeypatch.setattr(reader, "FEW", 20)
    monkeypatch.setattr(resolved, "SURELY", 20)
    monkeypatch.setattr(resolved, "PICKED", 100)
    heights = AllOf((MARTINS, Token("code", None, "height")))
    pages: dict[str, list[str]] = {}
    read: dict[tuple[str, str], int] = {}
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        for name, filter in (("all", MARTINS), ("heights", heights)):
            query = Query(("Observation",), filter, OLDEST, count=4)
            database.command("profile", 2)
            page = await namesakes.search(query)
            database.command("profile", 0)
            pages[name] = [one.id for one in page.matches]
            for row in database["system.profile"].find({"docsExamined": {"$exists": True}}):
                key = name, row["ns"].partition(".")[2]
                read[key] = read.get(key, 0) + row["docsExamined"]
            database["system.profile"].drop()
            assert page.total == (None if name == "all" else 40)
            assert page.filter is not None
            counted = await namesakes.count(("Observation",), page.filter, accurate=True)
            assert counted == await namesakes.count(("Observation",), filter, accurate=True)
    assert pages == {"all": ["o000", "o004", "o008", "o012"], "heights": HEIGHTS}
    assert read["all", "Patient"] == read["heights", "Patient"] == 0
    # One in four is a Martin's; who finds all of them reads two hundred.
    assert read["all", "Observation"] <= 4 * 5
    assert read["heights", "Observation"] <= 200 + 5


HEIGHTS = ["o000", "o020", "o040", "o060"]


async def test_what_takes_too_long_in_order_is_found_from_the_other_end(
    namesakes: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is meant may come last in the order of the page."""
    monkeypatch.setattr(resolved, "SURELY", 20)
    query = Query(("Observation",), MARTINS, OLDEST, count=4)
    expected = [one.id for one in (await namesakes.search(query)).matches]
    asked: list[int] = []

    class Overtaxed(resolved.Theirs):
        def __init__(
            self, catalog: Any, found: Any, turn: Any, ask: Any, milliseconds: int
        ) -> None:
            async def late(query: Any, turn: Any, milliseconds: int) -> Any:
                asked.append(milliseconds)
                if len(asked) == 1:
                    raise ExecutionTimeout("it takes too long")
                return await ask(query, turn, milliseconds)

            super().__init__(catalog, found, turn, late, milliseconds)

    monkeypatch.setattr(paging, "Theirs", Overtaxed)
    assert [one.id for one in (await namesakes.search(query)).matches] == expected
    assert asked == [SHORTLY]


async def test_what_changes_before_it_is_shown_is_found_anew(
    namesakes: MongoStore, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is somebody else's by then is neither shown nor counted with the page."""
    monkeypatch.setattr(resolved, "SURELY", 20)
    monkeypatch.setattr(resolved, "PICKED", 100)
    query = Query(
        ("Observation",), AllOf((MARTINS, Token("code", None, "height"))), OLDEST, count=4
    )
    asked = 0

    class Overtaken(resolved.Theirs):
        def __init__(
            self, catalog: Any, found: Any, turn: Any, ask: Any, milliseconds: int
        ) -> None:
            async def late(*question: Any) -> Any:
                nonlocal asked
                found = await ask(*question)
                asked += 1
                if asked == 1:
                    values = {"subject": ["Patient/001"], "code": [{"v": "height"}]}
                    changed = make("Observation", "o000", values, version=2)
                    await namesakes.write(lambda session: session.put(*changed))
                return found

            super().__init__(catalog, found, turn, late, milliseconds)

    monkeypatch.setattr(paging, "Theirs", Overtaken)
    page = await namesakes.search(query)
    assert [one.id for one in page.matches] == [*HEIGHTS[1:], "o080"]
    assert page.total is None
    assert (await namesakes.search(query)).total == 39
