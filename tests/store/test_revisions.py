"""Writes of what decides on rights are counted for those whom they concern."""

from asyncio import create_task, gather
from typing import Any

import pytest

from cordee.search.filter import EVERYTHING
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query, Version
from cordee.store.witness import ASKED, Witness

KEYS = ("Practitioner/1", "Practitioner/2", "Practitioner/3")


async def put(store: MongoStore, item: Any) -> None:
    await store.write(lambda session: session.put(*item))


async def put_many(store: MongoStore, item: Any) -> None:
    await store.write(lambda session: session.put_many([item]))


@pytest.mark.parametrize("write", [put, put_many])
async def test_who_was_and_who_is_named_are_counted(
    store: MongoStore, make: Any, write: Any
) -> None:
    """A write counts for both, a deletion for those who were named; others stay as they are."""
    assert await store.revisions(KEYS) == (0, 0, 0)
    await write(store, make("CareTeam", "t", touched=KEYS[:1]))
    assert await store.revisions(KEYS) == (1, 0, 0)
    await write(store, make("CareTeam", "t", version=2, touched=KEYS[1:2]))
    assert await store.revisions(KEYS) == (2, 1, 0)
    gone: Version = make("CareTeam", "t", version=3, method="DELETE")[0]
    await store.write(lambda session: session.delete(gone))
    assert await store.revisions(KEYS) == (2, 2, 0)
    await write(store, make("Basic", "b"))
    assert await store.revisions(KEYS) == (2, 2, 0)


async def test_what_is_undone_is_not_counted(store: MongoStore, make: Any) -> None:
    """The count is part of the transaction."""

    async def fail(session: Any) -> None:
        await session.put(*make("CareTeam", "t", touched=KEYS))
        raise ValueError(KEYS)

    with pytest.raises(ValueError, match="Practitioner"):
        await store.write(fail)
    assert await store.revisions(KEYS) == (0, 0, 0)


async def test_counts_come_along_with_a_page(store: MongoStore, make: Any) -> None:
    """The first page read brings them, and is the same page."""
    await put(store, make("CareTeam", "t", touched=KEYS[:2]))
    await put(store, make("CareTeam", "u", touched=KEYS[:1], values={"status": [{"v": "active"}]}))
    query = Query(("CareTeam",), EVERYTHING, count=1)
    plain = await store.search(query)
    witness = Witness(KEYS)
    asked = ASKED.set(witness)
    try:
        page = await store.search(query)
    finally:
        ASKED.reset(asked)
    assert page == plain
    assert witness.counts == (2, 1, 0)


async def test_counts_come_along_with_reads(store: MongoStore, make: Any) -> None:
    """One at a time or many at once, everyone who reads by id gets the counts they asked for."""
    await put(store, make("CareTeam", "t", touched=KEYS[:2]))
    await put(store, make("CareTeam", "u", touched=KEYS[:1]))

    async def read(id: str, *keys: str) -> tuple[str | None, tuple[int, ...] | None]:
        witness = Witness(keys)
        ASKED.set(witness)  # each task has a context of its own
        found = await store.read("CareTeam", id)
        return (found.id if found else None, witness.counts)

    wanted = [("t", KEYS), ("u", KEYS[:1]), ("none", KEYS[1:]), ("t", KEYS[2:]), ("u", KEYS)] * 8
    expected = dict(zip(KEYS, (2, 1, 0), strict=True))
    answers = [
        (id if id != "none" else None, tuple(expected[key] for key in keys)) for id, keys in wanted
    ]
    tasks = [create_task(read(id, *keys)) for id, keys in wanted]
    assert await gather(*tasks) == answers
    alone = [await create_task(read(id, *keys)) for id, keys in wanted[:5]]
    assert alone == answers[:5]


async def test_the_writer_stays(store: MongoStore, make: Any) -> None:
    """Whoever is stamped on a version is read with it, now and later."""
    await put(store, make("Basic", "b", writer="me"))
    found = await store.read("Basic", "b")
    past = await store.vread("Basic", "b", 1)
    assert found is not None
    assert past is not None
    assert (found.writer, past.writer, past.marks) == ("me", "me", ("by:me",))
