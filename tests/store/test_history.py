"""Histories: order, `_since`, `_at`, pages, restrictions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cordee.search.filter import AllOf, Ids, InCompartment, Not, Text, TypeIs
from cordee.store.mongo_store import MongoStore
from cordee.store.port import HistoryQuery, WriteSession

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def minute(n: int) -> datetime:
    return NOON + timedelta(minutes=n)


# Type, id, version, minute, method.
STEPS = [
    ("Patient", "a", 1, 0, "POST"),
    ("Patient", "b", 1, 1, "POST"),
    ("Patient", "a", 2, 2, "PUT"),
    ("Observation", "o", 1, 3, "POST"),
    ("Patient", "a", 3, 4, "DELETE"),
    ("Patient", "a", 4, 5, "PUT"),
]


@pytest.fixture
async def filled(store: MongoStore, make: Any) -> MongoStore:
    for type, id, version, at, method in STEPS:
        item = make(
            type,
            id,
            {"family": [{"f": id, "x": id}]},
            version=version,
            at=minute(at),
            method=method,
            compartments=(f"Patient/{id}",),
        )

        async def work(session: WriteSession, item: Any = item) -> None:
            if item[0].deleted:
                await session.delete(item[0])
            else:
                await session.put(*item)

        await store.write(work)
    return store


async def listed(store: MongoStore, query: HistoryQuery) -> str:
    page = await store.history(query)
    assert await store.history_count(query) == len(page.matches)
    return " ".join(f"{version.id}{version.version}" for version in page.matches)


CASES: dict[str, tuple[HistoryQuery, str]] = {
    "of a resource": (HistoryQuery("Patient", "a"), "a4 a3 a2 a1"),
    "of a type": (HistoryQuery("Patient"), "a4 a3 a2 b1 a1"),
    "of everything": (HistoryQuery(), "a4 a3 o1 a2 b1 a1"),
    "of nobody": (HistoryQuery("Patient", "z"), ""),
    "of an unused type": (HistoryQuery("Flag"), ""),
    "since": (HistoryQuery(since=minute(3)), "a4 a3 o1"),
    "at an instant": (
        HistoryQuery("Patient", at=(minute(3), minute(3) + timedelta(milliseconds=1))),
        "a2 b1",
    ),
    "during an interval": (HistoryQuery("Patient", "a", at=(minute(1), minute(3))), "a2 a1"),
    "from the very moment of a change": (
        HistoryQuery("Patient", "a", at=(minute(2), minute(3))),
        "a2",
    ),
    "before everything": (HistoryQuery(at=(minute(-9), minute(-8))), ""),
    "in a compartment": (HistoryQuery(filter=InCompartment("Patient/a")), "a4 a3 a2 a1"),
    "outside a compartment": (HistoryQuery(filter=Not(InCompartment("Patient/a"))), "o1 b1"),
    "by id and type": (HistoryQuery(filter=AllOf((Ids(("b", "o")), TypeIs(("Patient",))))), "b1"),
    "by an index value": (HistoryQuery(filter=Text("family", "b")), "b1"),
}


async def test_histories_hold_what_they_should(filled: MongoStore) -> None:
    """Each kind of history gives its versions, newest first."""
    found = {name: await listed(filled, query) for name, (query, _) in CASES.items()}
    assert found == {name: expected for name, (_, expected) in CASES.items()}


async def test_deletion_carries_method_and_no_body(filled: MongoStore) -> None:
    """A deletion in a history has its time and method, and no content."""
    found = await filled.vread("Patient", "a", 3)
    assert found is not None
    assert found.deleted
    assert (found.body, found.method, found.last_updated) == (b"", "DELETE", minute(4))


async def test_index_values_show_no_history_of_what_was_deleted(
    filled: MongoStore, make: Any
) -> None:
    """A filter on index values leaves out the history of a resource that no longer exists."""

    async def work(session: WriteSession) -> None:
        gone = make("Patient", "b", version=2, method="DELETE", at=minute(9))[0]
        await session.delete(gone)

    await filled.write(work)
    assert await listed(filled, HistoryQuery(filter=Text("family", "b"))) == ""
    assert await listed(filled, HistoryQuery(filter=InCompartment("Patient/b"))) == "b2 b1"


@pytest.mark.parametrize(
    "query", [HistoryQuery("Patient", "a"), HistoryQuery("Patient"), HistoryQuery()]
)
async def test_history_pages_cover_everything_once(filled: MongoStore, query: HistoryQuery) -> None:
    """Pages of two give the same versions as one page of all."""
    whole = (await filled.history(query)).matches
    page = await filled.history(replace(query, count=2))
    seen = [*page.matches]
    while page.next is not None:
        page = await filled.history(replace(query, count=2, after=page.next))
        seen += page.matches
    assert tuple(seen) == whole
    back = [*page.matches]
    while page.previous is not None:
        page = await filled.history(replace(query, count=2, before=page.previous))
        back = [*page.matches, *back]
    assert tuple(back) == whole


async def test_versions_of_one_millisecond_page_too(store: MongoStore, make: Any) -> None:
    """Many versions of the same instant, across types, come exactly once."""
    at = minute(0)
    items = [
        make(type, f"{type[0]}{n}", at=at) for n in range(10) for type in ("Patient", "Observation")
    ]
    await store.create_many(items)
    page = await store.history(HistoryQuery(count=3))
    seen = [*page.matches]
    while page.next is not None:
        page = await store.history(HistoryQuery(count=3, after=page.next))
        seen += page.matches
    back = [*page.matches]
    while page.previous is not None:
        page = await store.history(HistoryQuery(count=3, before=page.previous))
        back = [*page.matches, *back]
    assert back == seen
    assert len(seen) == 20
    assert {(version.type, version.id) for version in seen} == {
        (item[0].type, item[0].id) for item in items
    }
