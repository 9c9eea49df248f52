"""A store on a fresh database, with hand-made index descriptions and index values."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest

from cordee.resource.types import Resource
from cordee.search.index import Index
from cordee.search.values import Extraction, IndexValues
from cordee.settings import Settings
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Query, Version

INDEXES: dict[str, tuple[Index, ...]] = {
    "Patient": (
        Index("identifier", "token"),
        Index("family", "string"),
        Index("given", "string"),
        Index("birthdate", "date"),
        Index("active", "token"),
        Index("general-practitioner", "reference"),
        Index("_content", "words"),
    ),
    "Observation": (
        Index("code", "token"),
        Index("code:text", "text"),
        Index("subject", "reference", compartments=frozenset({"Patient"})),
        Index("date", "date"),
        Index("value-quantity", "quantity"),
        Index("instantiates", "uri"),
    ),
    "Location": (Index("near", "near"), Index("name", "string")),
    "Appointment": (Index("date", "date"),),
}
START = datetime(2026, 1, 1, tzinfo=UTC)


class HandMadeSource:
    """Index descriptions by hand; index values are in the resource itself, under `values`."""

    def __init__(self, indexes: dict[str, tuple[Index, ...]] | None = None) -> None:
        self._indexes = INDEXES if indexes is None else indexes

    def indexes(self, type: str) -> Sequence[Index]:
        return self._indexes.get(type, ())

    def extract(self, resource: Resource) -> Extraction:
        return Extraction(resource.get("values", {}), tuple(resource.get("compartments", ())))


@pytest.fixture
def source() -> HandMadeSource:
    """The hand-made index descriptions."""
    return HandMadeSource()


Opener: TypeAlias = Callable[..., Awaitable[MongoStore]]


@pytest.fixture
async def open_store(mongodb_uri: str, mongodb_database: str) -> AsyncIterator[Opener]:
    """Open further stores on the test's database, as other server processes would."""
    opened: list[MongoStore] = []

    async def open(source: HandMadeSource | None = None, **settings: Any) -> MongoStore:
        store = await MongoStore.open(
            mongodb_uri,
            source or HandMadeSource(),
            Settings(mongodb_database=mongodb_database, **settings),
        )
        opened.append(store)
        return store

    yield open
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: Opener) -> MongoStore:
    """A store on a fresh database."""
    return await open_store()


Make: TypeAlias = Callable[..., tuple[Version, Extraction]]


@pytest.fixture
def make() -> Make:
    """Make a version and its index values; each is a millisecond later than the last."""
    clock = START

    def make(
        type: str,
        id: str,
        values: IndexValues | None = None,
        *,
        version: int = 1,
        at: datetime | None = None,
        compartments: tuple[str, ...] = (),
        marks: tuple[str, ...] = (),
        traits: tuple[str, ...] = (),
        touched: tuple[str, ...] = (),
        writer: str | None = None,
        method: Any = "PUT",
    ) -> tuple[Version, Extraction]:
        nonlocal clock
        clock += timedelta(milliseconds=1)
        body = json.dumps({"resourceType": type, "id": id, "n": version}).encode()
        content = b"" if method == "DELETE" else body
        found = Version(type, id, version, at or clock, content, method, writer=writer)
        return found, Extraction(
            values or {}, compartments, type=type, marks=marks, traits=traits, touched=touched
        )

    return make


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
