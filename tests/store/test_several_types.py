"""Resources of several types, read together."""

from typing import Any

import pytest

from cordee.store.mongo_store import MongoStore
from cordee.store.port import WriteSession

KEYS = [("Patient", "a"), ("Patient", "gone"), ("Observation", "o"), ("Flag", "never")]


@pytest.fixture
async def filled(store: MongoStore, make: Any) -> dict[str, Any]:
    """A store with two living resources, one of them changed, and a deleted one; what it holds."""
    first = [make("Patient", "a"), make("Patient", "gone")]
    changed, other = make("Patient", "a", version=2), make("Observation", "o")
    gone = make("Patient", "gone", version=2, method="DELETE")

    async def begin(session: WriteSession) -> None:
        await session.put_many([*first, other])

    async def go_on(session: WriteSession) -> None:
        await session.put(*changed)
        await session.delete(gone[0])

    await store.write(begin)
    await store.write(go_on)
    return {"a": changed[0], "o": other[0], "gone": gone[0]}


@pytest.mark.parametrize("deleted", [False, True], ids=["living", "deletions too"])
async def test_types_are_read_together_as_each_alone(
    deleted: bool, store: MongoStore, filled: dict[str, Any]
) -> None:
    """The newest version of each, of whatever type, deletions when asked; no more than that."""
    wanted = {"a", "o", "gone"} if deleted else {"a", "o"}
    found = await store.read_many(KEYS, deleted=deleted)
    assert {id: version for (_, id), version in found.items()} == {id: filled[id] for id in wanted}

    async def work(session: WriteSession) -> None:
        assert await session.read_many(KEYS, deleted=deleted) == found

    await store.write(work)
