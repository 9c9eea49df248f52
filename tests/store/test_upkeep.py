"""Databases of other versions: recognised, migrated while others work, or refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from cordee.errors import Category, FhirError
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.catalog import Catalog
from cordee.store.index_plan import IndexSource
from cordee.store.migrations import LAYOUT, MIGRATIONS, Migration
from cordee.store.mongo_store import MongoStore
from cordee.store.port import HistoryQuery
from cordee.store.upkeep import Upkeep
from store.conftest import HandMadeSource


class Marking(HandMadeSource):
    """Marks everything and gives it traits, as a source of today does."""

    def extract(self, resource: Resource) -> Extraction:
        return replace(super().extract(resource), marks=("marked",), traits=("1", "0"))


@pytest.fixture
async def database(mongodb_uri: str, mongodb_database: str) -> AsyncIterator[Any]:
    """The test's database, seen without the store."""
    async with AsyncMongoClient[Any](mongodb_uri) as client:
        yield client[mongodb_database]


async def unmarked(store: MongoStore, make: Any, database: Any) -> None:
    """Make what the first versions left: no mark of the layout, none of rights."""
    for id in ("one", "gone"):
        await store.create(*make("Patient", id))
    gone, _ = make("Patient", "gone", version=2, method="DELETE")
    await store.write(lambda session: session.delete(gone))
    await database["meta"].delete_one({"_id": "layout"})
    for name in ("Patient", "Patient_history"):
        await database[name].update_many({}, {"$unset": {"a": ""}})


async def mark(database: Any) -> Any:
    """Give the mark of the layout."""
    return await database["meta"].find_one({"_id": "layout"})


async def test_a_fresh_database_has_the_newest_layout(store: MongoStore, database: Any) -> None:
    """It is marked when it is first opened."""
    assert await store.types() == []
    assert (await mark(database))["number"] == LAYOUT


async def test_a_database_of_the_first_versions_is_migrated(
    store: MongoStore, open_store: Any, make: Any, database: Any
) -> None:
    """Every version has its marks and traits afterwards, deletions too; then it is marked."""
    await unmarked(store, make, database)
    await store.close()
    again = await open_store(Marking())
    for name in ("Patient", "Patient_history"):
        rows = await database[name].find({}, {"a": 1, "j": 1}).to_list()
        assert rows
        assert {tuple(row.get("a", ())) for row in rows} == {("marked",)}
        assert {tuple(row.get("j", ())) for row in rows} == {("1", "0")}
    assert (await mark(database))["number"] == LAYOUT
    versions = (await again.history(HistoryQuery("Patient", "gone"))).matches
    assert [version.version for version in versions] == [2, 1]


async def test_a_newer_layout_is_refused(
    store: MongoStore, open_store: Any, make: Any, database: Any
) -> None:
    """What a newer version laid out otherwise is not touched; what it lets us work with, is."""
    await store.create(*make("Patient", "one"))
    newer = {"$set": {"number": LAYOUT + 5, "least": LAYOUT}}
    await database["meta"].update_one({"_id": "layout"}, newer)
    assert await (await open_store()).read("Patient", "one") is not None
    await database["meta"].update_one({"_id": "layout"}, {"$set": {"least": LAYOUT + 1}})
    with pytest.raises(FhirError, match="newer Cordée") as refused:
        await open_store()
    assert refused.value.category is Category.UNAVAILABLE


class Versions:
    """Two versions of the product on one database: the newer one knows one more layout."""

    def __init__(self, catalog: Catalog) -> None:
        self.runs: list[datetime | None] = []
        self._catalog = catalog

    async def _work(self, catalog: Catalog, _source: IndexSource, since: datetime | None) -> int:
        self.runs.append(since)
        await asyncio.sleep(0.1)
        done = await catalog.current("Patient").update_many({"new": None}, {"$set": {"new": 1}})
        return int(done.modified_count)

    def upkeep(self, *, newer: bool, least: int = 1) -> Upkeep:
        """Give the upkeep of a process of the newer or the older version."""
        added = [Migration(LAYOUT + 1, least, "a field", self._work)] if newer else []
        return Upkeep(self._catalog, HandMadeSource(), (*MIGRATIONS, *added))


@pytest.fixture
async def versions(store: MongoStore, make: Any, database: Any) -> Versions:
    """Both versions, on a database that the older one has written."""
    await store.create(*make("Patient", "one"))
    # The store's own process is of the older version; it has not said so for a while.
    await database["meta"].delete_many({"_id": {"$regex": "^process/"}})
    return Versions(Catalog(database, HandMadeSource()))


async def test_older_and_newer_processes_work_side_by_side(
    versions: Versions, store: MongoStore, make: Any, database: Any
) -> None:
    """What an older process writes after the migration is migrated too; then the mark moves."""
    older, newer = versions.upkeep(newer=False), versions.upkeep(newer=True)
    await older.open(empty=False)
    await newer.open(empty=False)
    assert await database["Patient"].count_documents({"new": 1}) == 1
    assert (await mark(database))["number"] == LAYOUT
    await store.create(*make("Patient", "two"))
    await newer.beat()
    assert await database["Patient"].count_documents({"new": 1}) == 2
    assert (await mark(database))["number"] == LAYOUT, "an older process is still there"
    await older.close()
    await newer.beat()
    assert (await mark(database))["number"] == LAYOUT + 1
    assert versions.runs[0] is None
    assert None not in versions.runs[1:], "later passes look at what was written since"
    await newer.close()


async def test_an_older_process_stops_when_a_newer_version_takes_over(
    versions: Versions, database: Any
) -> None:
    """It refuses to serve from its next sign of life on, and cannot start again."""
    older, newer = versions.upkeep(newer=False), versions.upkeep(newer=True, least=LAYOUT + 1)
    await older.open(empty=False)
    older.check()
    # It was not heard of for a while: asleep, or cut off.
    await database["meta"].delete_many({"_id": {"$regex": "^process/"}})
    await newer.open(empty=False)
    await older.beat()
    with pytest.raises(FhirError, match="newer Cordée"):
        older.check()
    with pytest.raises(FhirError, match="newer Cordée"):
        await versions.upkeep(newer=False).open(empty=False)
    await older.close()
    await newer.close()


async def test_one_of_several_newer_processes_migrates(versions: Versions) -> None:
    """The others wait until it has done so."""
    several = [versions.upkeep(newer=True) for _ in range(3)]
    await asyncio.gather(*(one.open(empty=False) for one in several))
    assert versions.runs == [None]
    for one in several:
        await one.close()
