"""Pages of what is linked to those of a name: one of them after the other, and nothing twice."""

import random
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from cordee.search.filter import AllOf, Chain, Not, Text, Token
from cordee.store import bearers, by_ends, reader
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query
from store.conftest import Make, pages

NAMES = ("brun", "brun", "brunet", "brunet", "bruneteau", "brun dubois", "durand")
PEOPLE, SEEN = 80, 300


@pytest.fixture
async def filled(store: MongoStore, make: Make) -> tuple[MongoStore, dict[str, list[str]]]:
    """People of one name or two, and what is about one or several of them; whom each is about."""
    rng = random.Random(3)
    named = {f"p{n:02}": rng.sample(NAMES, rng.choice((1, 1, 2))) for n in range(PEOPLE)}
    # A few are about very many things, most about none.
    often = [f"p{n:02}" for n in range(0, PEOPLE, 9)]
    about = {
        f"o{n:03}": [
            rng.choice((rng.choice(often), f"p{rng.randrange(PEOPLE + 5):02}"))
            for _ in range(rng.choice((1, 1, 1, 2, 3)))
        ]
        for n in range(SEEN)
    }
    people = [
        make("Patient", id, {"family": [{"f": name, "x": name} for name in names]})
        for id, names in named.items()
    ]
    seen = [
        make(
            "Observation",
            id,
            {
                "subject": ["Group/p00", *(f"Patient/{one}" for one in ones)],
                "code": [{"v": rng.choice(("weight", "height"))}],
            },
        )
        for id, ones in about.items()
    ]
    rng.shuffle(people)
    rng.shuffle(seen)
    await store.create_many([*people, *seen])
    return store, {id: [one for one in ones if one in named] for id, ones in about.items()}


def through(name: str) -> Chain:
    return Chain("subject", "Patient", Text("family", name))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a handful many."""
    monkeypatch.setattr(by_ends, "MOST", 7)
    monkeypatch.setattr(by_ends, "BESIDE", 3)
    monkeypatch.setattr(bearers, "LONGER", 6)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("count", [1, 4, 25])
@pytest.mark.parametrize("name", ["b", "brun", "brunet", "brunete", "durand", "nobody"])
async def test_all_that_is_linked_is_found_once_in_the_order_of_the_ends(
    filled: tuple[MongoStore, dict[str, list[str]]], name: str, count: int
) -> None:
    """Forward and backward, whatever is about several stands at the first who bears the name."""
    store, about = filled
    wanted = Query(("Patient",), Text("family", name), count=200)
    borne = {one.id for one in (await store.search(wanted)).matches}
    places = sorted(
        (min(ends), id) for id, ones in about.items() if (ends := borne.intersection(ones))
    )
    found = await pages(store, Query(("Observation",), through(name), count=count))
    expected = [[id for _, id in places[at : at + count]] for at in range(0, len(places), count)]
    assert found == (expected + expected[-2::-1] if expected else [[]])


@pytest.mark.usefixtures("small")
async def test_what_is_found_is_what_all_ways_find(
    filled: tuple[MongoStore, dict[str, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Totals and matches are those of the whole query, further conditions or not."""
    store, _ = filled
    heights = Token("code", None, "height")
    for name in ("b", "brun", "brunet", "durand", "nobody"):
        others = Chain("subject", "Patient", Not(Text("family", name)))
        for filter in (
            through(name),
            AllOf((through(name), heights)),
            AllOf((through(name), Not(heights))),
            others,
            Not(through(name)),
        ):
            query = Query(("Observation",), filter, count=11)
            found = {id for page in await pages(store, query) for id in page}
            counted = [
                await store.count(("Observation",), filter, accurate=True, limit=limit)
                for limit in (1, 40, 1_000)
            ]
            with monkeypatch.context() as otherwise:
                otherwise.setattr(reader, "led", lambda *_: None)
                expected = await store.search(replace(query, count=None))
                totals = [
                    await store.count(("Observation",), filter, accurate=True, limit=limit)
                    for limit in (1, 40, 1_000)
                ]
            assert found == {one.id for one in expected.matches}
            assert counted == totals == [min(limit, totals[-1]) for limit in (1, 40, 1_000)]


@pytest.mark.usefixtures("small")
async def test_pages_go_on_when_names_and_links_change_between_them(
    filled: tuple[MongoStore, dict[str, list[str]]], make: Make
) -> None:
    """Whoever no longer bears the name at which a page ended is passed; the others come once."""
    store, about = filled
    query = Query(("Observation",), through("brun"), count=4)
    whole = [one.id for one in (await store.search(replace(query, count=400))).matches]
    first = await store.search(query)
    last = min(set(about[first.matches[-1].id]) & await _ends(store))
    changed = make("Patient", last, {"family": [{"f": "martin", "x": ""}]}, version=2)
    await store.write(lambda session: session.put(*changed))
    now = [one.id for one in (await store.search(replace(query, count=400))).matches]
    after = await store.search(replace(query, after=first.next))
    shown = [one.id for one in first.matches]
    assert [one.id for one in after.matches] == [id for id in now if whole.index(id) >= 4][:4]
    assert not {one.id for one in after.matches}.intersection(shown)


async def _ends(store: MongoStore) -> set[str]:
    found = await store.search(Query(("Patient",), Text("family", "brun"), count=200))
    return {one.id for one in found.matches}


async def test_a_page_in_another_order_is_gone_on_with_in_that_order(
    filled: tuple[MongoStore, dict[str, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links that were handed out before an upgrade, in the order of ids, keep their meaning."""
    store, _ = filled
    query = Query(("Observation",), through("brun"), count=5)
    with monkeypatch.context() as otherwise:
        otherwise.setattr(reader, "led", lambda *_: None)
        first = await store.search(query)
        expected = await store.search(replace(query, after=first.next))
    found = await store.search(replace(query, after=first.next))
    assert [one.id for one in found.matches] == [one.id for one in expected.matches]


async def test_a_page_reads_as_many_as_it_shows(
    store: MongoStore, make: Make, mongodb_uri: str, mongodb_database: str
) -> None:
    """However many bear the name."""
    people = [make("Patient", f"{n:03}", {"family": [{"f": "brun", "x": ""}]}) for n in range(600)]
    seen = [make("Observation", f"{n:03}", {"subject": [f"Patient/{n:03}"]}) for n in range(600)]
    await store.create_many([*people, *seen])
    read: dict[str, Any] = {}
    with MongoClient[Any](mongodb_uri) as client:
        database = client[mongodb_database]
        for type, filter in (("Patient", Text("family", "bru")), ("Observation", through("brun"))):
            database.command("profile", 2)
            page = await store.search(Query((type,), filter, count=20))
            database.command("profile", 0)
            assert [one.id for one in page.matches] == [f"{n:03}" for n in range(20)]
            rows = list(database["system.profile"].find({"docsExamined": {"$exists": True}}))
            read[type] = sum(row["docsExamined"] for row in rows)
            database["system.profile"].drop()
    assert read["Patient"] <= 21
    assert read["Observation"] <= 22
