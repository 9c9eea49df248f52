"""Events: every committed version, once, in order, resumable."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.settings import Settings
from cordee.store.embedded import EmbeddedMongo
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Event, WriteSession


async def take(events: AsyncIterator[Event], count: int) -> list[Event]:
    """Take some events, or fail after a while."""
    async with asyncio.timeout(30):
        return [await anext(events) for _ in range(count)]


def names(events: list[Event]) -> list[str]:
    return [f"{event.version.type}/{event.version.id}/{event.version.version}" for event in events]


async def first_token(store: MongoStore, make: Any) -> str:
    """Follow from now on and give the token of the first event."""
    events = store.events()
    following = asyncio.create_task(take(events, 1))
    number = 0
    while not following.done():
        number += 1
        await store.create(*make("Basic", f"start{number}"))
        await asyncio.sleep(0.05)
    (event,) = await following
    # What was created while the first event was on its way comes after it, and is passed over.
    rest = [
        *await take(store.events(event.token), number - int(event.version.id.removeprefix("start")))
    ]
    return rest[-1].token if rest else event.token


async def test_events_tell_every_committed_version(store: MongoStore, make: Any) -> None:
    """Creates, updates and deletions come in order, with content and compartments."""
    token = await first_token(store, make)
    created = make("Patient", "a", compartments=("Patient/a",), method="POST")
    updated = make("Patient", "a", version=2, compartments=("Patient/a",))
    deleted = make("Patient", "a", version=3, method="DELETE")
    await store.create(*created)

    async def update(session: WriteSession) -> None:
        await session.put(*updated)

    async def undone(session: WriteSession) -> None:
        await session.put(*make("Patient", "b"))
        raise FhirError(Category.UNPROCESSABLE, "no")

    async def delete(session: WriteSession) -> None:
        await session.delete(deleted[0])

    await store.write(update)
    with pytest.raises(FhirError, match="no"):
        await store.write(undone)
    await store.write(delete)
    events = await take(store.events(token), 3)
    assert [event.version for event in events] == [created[0], updated[0], deleted[0]]
    assert {event.compartments for event in events} == {("Patient/a",)}
    assert names(await take(store.events(events[0].token), 1)) == ["Patient/a/2"]


async def test_unknown_token_is_refused(store: MongoStore) -> None:
    """A token that the database cannot use is an error, not a silent gap."""
    with pytest.raises(FhirError):
        await take(store.events("82"), 1)


@pytest.mark.chaos
async def test_events_go_on_after_a_killed_mongod(tmp_path: Path, make: Any, source: Any) -> None:
    """A follower sees every version although the database is killed meanwhile."""
    with EmbeddedMongo(tmp_path, cache_gb=0.25) as mongo:
        store = await MongoStore.open(mongo.uri, source, Settings(mongodb_database="events"))
        token = await first_token(store, make)
        following = asyncio.create_task(take(store.events(token), 20))
        for number in range(20):
            if number == 10:
                os.kill(mongo.process_id, signal.SIGKILL)
            await store.create(*make("Patient", f"p{number}"))
        assert names(await following) == [f"Patient/p{number}/1" for number in range(20)]
        await store.close()
