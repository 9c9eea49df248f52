"""Order and pages: nothing is skipped, nothing comes twice, also while others write."""

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.search.filter import EVERYTHING, Text
from cordee.search.values import SortKey
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Page, Query, WriteSession

BY_FAMILY = (SortKey("family", "string"),)
SORTS: dict[str, tuple[SortKey, ...]] = {
    "by id": (),
    "by id, descending": (SortKey("_id", "special", descending=True),),
    "by time, descending": (SortKey("_lastUpdated", "date", descending=True),),
    "by family": BY_FAMILY,
    "by given, descending": (SortKey("given", "string", descending=True),),
    "by birthdate, then family descending": (
        SortKey("birthdate", "date"),
        SortKey("family", "string", descending=True),
    ),
    "by a token": (SortKey("active", "token"), SortKey("birthdate", "date", descending=True)),
    "by a reference, descending": (SortKey("general-practitioner", "reference", descending=True),),
}


def values(chance: random.Random) -> dict[str, list[Any]]:
    """Make index values with ties, several values, and gaps."""
    found: dict[str, list[Any]] = {}
    if chance.random() < 0.8:
        found["family"] = [{"f": name, "x": name} for name in chance.sample("abcd", 1)]
    if chance.random() < 0.8:
        found["given"] = [{"f": name, "x": name} for name in chance.sample("abcdef", 2)]
    if chance.random() < 0.8:
        day = chance.randrange(5)
        found["birthdate"] = [{"lo": day, "hi": day + 1}]
    if chance.random() < 0.8:
        found["active"] = [{"v": chance.choice(["true", "false"])}]
    if chance.random() < 0.5:
        found["general-practitioner"] = [f"Practitioner/{chance.randrange(3)}"]
    return found


def ids(page: Page) -> list[str]:
    return [version.id for version in page.matches]


async def walk(store: MongoStore, query: Query) -> list[Page]:
    pages = [await store.search(query)]
    while pages[-1].next is not None:
        pages.append(await store.search(replace(query, after=pages[-1].next)))
    return pages


@pytest.fixture
async def fifty(store: MongoStore, make: Any) -> MongoStore:
    chance = random.Random(7)
    await store.create_many([make("Patient", f"p{n:02}", values(chance)) for n in range(50)])
    return store


@pytest.mark.parametrize("name", SORTS)
async def test_pages_cover_every_match_once_and_go_back(fifty: MongoStore, name: str) -> None:
    """Pages forward give the whole order once; `previous` gives the same pages backward."""
    whole = Query(("Patient",), EVERYTHING, sort=SORTS[name], count=None)
    expected = ids(await fifty.search(whole))
    assert len(expected) == 50
    pages = await walk(fifty, replace(whole, count=7))
    assert [id for page in pages for id in ids(page)] == expected
    assert pages[0].previous is None
    for before, page in pairwise(pages):
        assert page.previous is not None
        back = await fifty.search(replace(whole, count=7, before=page.previous))
        assert ids(back) == ids(before)
        assert (back.previous is None) == (before.previous is None)
        assert back.next is not None


async def test_order_uses_least_and_greatest_values(store: MongoStore, make: Any) -> None:
    """Ascending order looks at the least of several values, descending at the greatest."""
    names = {"one": "ad", "two": "bc", "none": ""}
    await store.create_many(
        [
            make("Patient", id, {"given": [{"f": n, "x": n} for n in letters]} if letters else {})
            for id, letters in names.items()
        ]
    )
    up = Query(("Patient",), EVERYTHING, sort=(SortKey("given", "string"),))
    down = replace(up, sort=(SortKey("given", "string", descending=True),))
    assert ids(await store.search(up)) == ["none", "one", "two"]
    assert ids(await store.search(down)) == ["one", "two", "none"]


@pytest.mark.parametrize("seed", range(4))
async def test_pages_hold_while_others_write(store: MongoStore, make: Any, seed: int) -> None:
    """Who exists from the first page to the last comes exactly once, whatever others do."""
    chance = random.Random(seed)
    stable = {f"s{n:02}": values(chance) for n in range(30)}
    await store.create_many([make("Patient", id, row) for id, row in stable.items()])
    others: dict[str, int] = {}

    async def disturb() -> None:
        id = chance.choice([*others, f"x{chance.randrange(1000):03}"])
        version = others.get(id, 0) + 1
        item = make("Patient", id, values(chance), version=version)

        async def work(session: WriteSession) -> None:
            await session.put(*item)

        await store.write(work)
        others[id] = version

    for sort in SORTS.values():
        query = Query(("Patient",), EVERYTHING, sort=sort, count=4)
        page = await store.search(query)
        seen = ids(page)
        while page.next is not None:
            await disturb()
            page = await store.search(replace(query, after=page.next))
            seen += ids(page)
        kept = [id for id in seen if id in stable]
        assert sorted(kept) == sorted(stable)


async def test_several_types_page_by_type_and_id(store: MongoStore, make: Any) -> None:
    """A system-level search goes through the types in order, page by page, both ways."""
    items = [make(type, f"{type[0]}{n}") for n in range(5) for type in ("Patient", "Observation")]
    await store.create_many(items)
    query = Query(("Patient", "Observation", "Flag"), EVERYTHING, count=3)
    pages = await walk(store, query)
    assert [id for page in pages for id in ids(page)] == [
        *(f"O{n}" for n in range(5)),
        *(f"P{n}" for n in range(5)),
    ]
    assert pages[2].previous is not None
    assert ids(await store.search(replace(query, before=pages[2].previous))) == ids(pages[1])


async def test_several_types_merge_by_time(store: MongoStore, make: Any) -> None:
    """A system-level search sorted by time merges the types, page by page."""
    items = [make(type, f"{type[0]}{n}") for n in range(5) for type in ("Patient", "Observation")]
    await store.create_many(items)
    sort = (SortKey("_lastUpdated", "date", descending=True),)
    query = Query(("Patient", "Observation"), EVERYTHING, sort=sort, count=3)
    pages = await walk(store, query)
    assert [id for page in pages for id in ids(page)] == [item[0].id for item in reversed(items)]
    assert pages[1].previous is not None
    assert ids(await store.search(replace(query, before=pages[1].previous))) == ids(pages[0])


async def test_a_position_is_only_good_for_its_own_order(
    fifty: MongoStore, open_store: Any
) -> None:
    """A made-up, altered or foreign page position is refused; another server's is good."""
    query = Query(("Patient",), EVERYTHING, count=5)
    after = (await fifty.search(query)).next
    assert after is not None
    altered = after[:-1] + ("A" if after[-1] != "A" else "B")
    wrong = [
        replace(query, after="nonsense"),
        replace(query, after="é"),
        replace(query, after=altered),
        replace(query, after=after, sort=BY_FAMILY),
        replace(query, after=after, types=("Observation",)),
    ]
    for each in wrong:
        with pytest.raises(FhirError) as caught:
            await fifty.search(each)
        assert caught.value.category == Category.INVALID
    other = await open_store()
    assert ids(await other.search(replace(query, after=after)))[0] == "p05"


async def test_counts_are_exact_estimated_or_capped(fifty: MongoStore) -> None:
    """Counting is exact on demand, from statistics where nothing restricts, and stops at a cap."""
    assert await fifty.count(["Patient"], EVERYTHING, accurate=True) == 50
    assert await fifty.count(["Patient"], EVERYTHING, accurate=False) == 50
    assert await fifty.count(["Patient"], EVERYTHING, accurate=True, limit=20) == 20
    assert await fifty.count(["Patient"], Text("family", "nobody"), accurate=False) == 0
    assert await fifty.count(["Patient", "Flag"], EVERYTHING, accurate=False, limit=60) == 50
