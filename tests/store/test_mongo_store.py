"""The store's reads and writes of single resources."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from cordee.errors import Category, FhirError
from cordee.search.filter import EVERYTHING, Ids
from cordee.search.index import Index
from cordee.search.values import Extraction
from cordee.store.mongo_store import MongoStore
from cordee.store.port import HistoryQuery, Query, Version, WriteSession


async def put(store: MongoStore, item: tuple[Version, Extraction]) -> None:
    async def work(session: WriteSession) -> None:
        await session.put(*item)

    await store.write(work)


async def delete(store: MongoStore, item: tuple[Version, Extraction]) -> None:
    async def work(session: WriteSession) -> None:
        await session.delete(item[0])

    await store.write(work)


async def test_created_resource_is_read_back(store: MongoStore, make: Any) -> None:
    """What was created is read back byte for byte, from the current state and the history."""
    version, extraction = make("Patient", "a", method="POST")
    await store.create(version, extraction)
    assert await store.read("Patient", "a") == version
    assert await store.vread("Patient", "a", 1) == version
    assert await store.read("Patient", "b") is None
    assert await store.vread("Patient", "a", 2) is None


async def test_update_keeps_the_older_version(store: MongoStore, make: Any) -> None:
    """An update becomes current; the version before it stays in the history."""
    first, second = make("Patient", "a"), make("Patient", "a", version=2)
    await put(store, first)
    await put(store, second)
    assert await store.read("Patient", "a") == second[0]
    page = await store.history(HistoryQuery("Patient", "a"))
    assert page.matches == (second[0], first[0])


async def test_deleted_resource_reads_as_a_deletion(store: MongoStore, make: Any) -> None:
    """A deletion is a version of its own; the count and the search no longer see the resource."""
    await put(store, make("Patient", "a", compartments=("Patient/a",)))
    gone = make("Patient", "a", version=2, method="DELETE")
    await delete(store, gone)
    found = await store.read("Patient", "a")
    assert found is not None
    assert found == gone[0]
    assert found.deleted
    assert await store.count(["Patient"], EVERYTHING, accurate=True) == 0
    assert (await store.search(Query(("Patient",), EVERYTHING))).matches == ()
    assert await store.read_many([("Patient", "a")]) == {}
    assert await store.read_many([("Patient", "a")], deleted=True) == {("Patient", "a"): gone[0]}


async def test_resource_comes_back_after_its_deletion(store: MongoStore, make: Any) -> None:
    """After a deletion the next version goes on counting; the old numbers are never used again."""
    await put(store, make("Patient", "a"))
    await delete(store, make("Patient", "a", version=2, method="DELETE"))
    back = make("Patient", "a", version=3)
    await put(store, back)
    assert await store.read("Patient", "a") == back[0]
    assert await store.history_count(HistoryQuery("Patient", "a")) == 3


@pytest.mark.parametrize("version", [1, 2, 4])
async def test_version_that_is_not_the_next_conflicts(
    store: MongoStore, make: Any, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    """A version can only follow the one before it: no number is used twice or jumped over."""
    monkeypatch.setattr("cordee.store.transaction.DEADLINE", 0.1)
    await put(store, make("Patient", "a"))
    await put(store, make("Patient", "a", version=2))
    with pytest.raises(FhirError) as caught:
        await put(store, make("Patient", "a", version=version))
    assert caught.value.category == Category.CONFLICT
    assert await store.history_count(HistoryQuery("Patient", "a")) == 2


async def test_last_updated_strictly_increases(
    store: MongoStore, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that is not later than the one before it is refused."""
    monkeypatch.setattr("cordee.store.transaction.DEADLINE", 0.1)
    first = make("Patient", "a")
    await put(store, first)
    with pytest.raises(FhirError):
        await put(store, make("Patient", "a", version=2, at=first[0].last_updated))
    await put(
        store,
        make("Patient", "a", version=2, at=first[0].last_updated + timedelta(milliseconds=1)),
    )


async def test_failed_work_leaves_nothing(store: MongoStore, make: Any) -> None:
    """An error in the work undoes all of its writes."""

    async def work(session: WriteSession) -> None:
        await session.put(*make("Patient", "a"))
        assert await session.read("Patient", "a") is not None
        raise FhirError(Category.UNPROCESSABLE, "no")

    with pytest.raises(FhirError, match="no"):
        await store.write(work)
    assert await store.read("Patient", "a") is None
    assert await store.history_count(HistoryQuery("Patient")) == 0


async def test_session_sees_its_own_writes(store: MongoStore, make: Any) -> None:
    """Search, count and read_many inside a transaction see what it wrote; others do not."""

    async def work(session: WriteSession) -> None:
        await session.put_many([make("Patient", "a"), make("Patient", "b")])
        page = await session.search(Query(("Patient",), EVERYTHING))
        assert [version.id for version in page.matches] == ["a", "b"]
        assert await session.count(["Patient"], EVERYTHING, accurate=True) == 2
        assert set(await session.read_many([("Patient", "a")])) == {("Patient", "a")}
        assert await store.read("Patient", "a") is None

    await store.write(work)


async def test_put_many_writes_new_and_later_versions(store: MongoStore, make: Any) -> None:
    """One call stores resources of several types, new ones and later versions."""
    await put(store, make("Patient", "a"))

    async def work(session: WriteSession) -> None:
        await session.put_many(
            [make("Patient", "a", version=2), make("Patient", "b"), make("Observation", "o")]
        )

    await store.write(work)
    keys = [("Patient", "a"), ("Patient", "b"), ("Observation", "o")]
    found = await store.read_many(keys)
    assert [found[key].version for key in keys] == [2, 1, 1]


async def test_racing_updates_are_all_kept(store: MongoStore, make: Any) -> None:
    """Sessions that update one resource at the same time follow one another; none is lost."""
    await put(store, make("Patient", "a"))

    async def work(session: WriteSession) -> None:
        before = await session.read("Patient", "a")
        assert before is not None
        await asyncio.sleep(0.005)
        await session.put(*make("Patient", "a", version=before.version + 1))

    await asyncio.gather(*(store.write(work) for _ in range(8)))
    found = await store.read("Patient", "a")
    assert found is not None
    assert found.version == 9
    assert await store.history_count(HistoryQuery("Patient", "a")) == 9


@pytest.mark.parametrize("many", [False, True], ids=["one lock", "several"])
async def test_lock_makes_racing_sessions_take_turns(
    open_store: Any, make: Any, many: bool
) -> None:
    """Two servers that create only if nothing is there, under one lock, create once."""
    stores = [await open_store(), await open_store()]

    def work(id: str) -> Any:
        async def run(session: WriteSession) -> bool:
            if many:
                await session.lock_many(["Patient?identifier=0", "Patient?identifier=1"])
            else:
                await session.lock("Patient?identifier=1")
            if await session.count(["Patient"], EVERYTHING, accurate=True):
                return False
            await session.put(*make("Patient", id))
            return True

        return run

    created = await asyncio.gather(*(stores[n % 2].write(work(f"p{n}")) for n in range(10)))
    assert sum(created) == 1
    assert await stores[0].count(["Patient"], EVERYTHING, accurate=True) == 1


async def test_waiting_creates_share_commits(store: MongoStore, make: Any) -> None:
    """Many creates at once are all stored, and one that cannot be stored fails alone."""
    await store.create(*make("Patient", "taken"))
    items = [make("Patient", f"p{n}") for n in range(100)]
    store_many = [store.create(*item) for item in items]
    results = await asyncio.gather(*store_many, return_exceptions=True)
    assert results == [None] * 100
    assert await store.count(["Patient"], EVERYTHING, accurate=True) == 101


async def test_bad_create_fails_alone(store: MongoStore, make: Any) -> None:
    """A create that conflicts does not take those down that wait with it."""
    await store.create(*make("Patient", "taken"))
    ids = ["p1", "p2", "taken", "p3", "p4", "p5"]
    results = await asyncio.gather(
        *(store.create(*make("Patient", id)) for id in ids), return_exceptions=True
    )
    failed = [id for id, result in zip(ids, results, strict=True) if result is not None]
    assert failed == ["taken"]
    assert await store.count(["Patient"], Ids(tuple(ids)), accurate=True) == 6


async def test_create_may_be_sent_again(store: MongoStore, make: Any) -> None:
    """A create whose answer was lost may be stored once more; another one with its id may not."""
    first, other = make("Patient", "a"), make("Patient", "a")
    await store.create(*first)
    await store.create(*first)
    with pytest.raises(FhirError, match="Patient/a is taken"):
        await store.create(*other)
    assert await store.history_count(HistoryQuery("Patient")) == 1


async def test_servers_may_race_to_use_a_type_first(open_store: Any, make: Any) -> None:
    """Several servers that write a type for the first time at once all succeed."""
    stores = [await open_store() for _ in range(4)]
    await asyncio.gather(
        *(store.create(*make("Patient", f"p{n}")) for n, store in enumerate(stores))
    )
    assert await stores[0].count(["Patient"], EVERYTHING, accurate=True) == 4


async def test_new_parameters_are_indexed_beside_the_work(
    open_store: Any, make: Any, source: Any, mongodb_uri: str, mongodb_database: str
) -> None:
    """A server whose parameters differ from the database's writes at once, and adds its indexes."""
    await (await open_store()).create(*make("Patient", "a"))
    other = await open_store(type(source)({"Patient": (Index("email", "token"),)}))
    await other.create(*make("Patient", "b"))

    def indexed() -> bool:
        with MongoClient[Any](mongodb_uri) as client:
            rows = client[mongodb_database]["Patient"].index_information().values()
        return any(key == "sp.email.v" for row in rows for key, _ in row["key"])

    async with asyncio.timeout(20):
        while not indexed():  # noqa: ASYNC110 - the index is built by another process
            await asyncio.sleep(0.05)


async def test_import_stores_in_batches(store: MongoStore, make: Any) -> None:
    """The bulk path stores every resource, with its history."""
    await store.create_many([make("Patient", f"p{n}") for n in range(1200)])
    assert await store.count(["Patient"], EVERYTHING, accurate=True) == 1200
    assert await store.history_count(HistoryQuery("Patient")) == 1200


async def test_resource_beyond_the_document_limit_is_refused(store: MongoStore, make: Any) -> None:
    """A resource that no MongoDB document can hold is refused with its size."""
    version, extraction = make("Patient", "big")
    with pytest.raises(FhirError) as caught:
        await store.create(replace(version, body=b"x" * 16_000_000), extraction)
    assert caught.value.category == Category.TOO_LARGE


async def test_stream_gives_every_match_once(store: MongoStore, make: Any) -> None:
    """An export iterates over all pages."""
    await store.create_many([make("Patient", f"p{n:04}") for n in range(1100)])
    seen = [version.id async for version in store.stream(Query(("Patient",), EVERYTHING))]
    assert seen == [f"p{n:04}" for n in range(1100)]


async def test_a_large_type_is_not_counted_up_to_a_limit(store: MongoStore, make: Any) -> None:
    """Where everything matches and much is there, only that it is more than the limit is told."""
    await store.create_many([make("Patient", f"p{n}") for n in range(50)])
    assert await store.count(["Patient"], EVERYTHING, accurate=True, limit=10) == 10
    assert await store.count(["Patient"], EVERYTHING, accurate=True, limit=60) == 50
    assert await store.count(["Patient"], EVERYTHING, accurate=True) == 50
