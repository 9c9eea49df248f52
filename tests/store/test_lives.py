"""Whole lives: read at one moment while others write, put back as they were."""

from collections.abc import Sequence
from typing import Any

from cordee.search.values import Extraction
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Version, WriteSession

Item = tuple[Version, Extraction]


async def put(store: MongoStore, *items: Item) -> None:
    """Store versions in one transaction."""

    async def work(session: WriteSession) -> None:
        for item in items:
            if item[0].deleted:
                await session.delete(item[0])
            else:
                await session.put(*item)

    await store.write(work)


def name(id: str) -> dict[str, Any]:
    """Index values that say whose they are."""
    return {"family": [{"f": id, "x": id}]}


async def stored(store: MongoStore, type: str) -> Sequence[str]:
    """Every version of a type at one moment, by id, the oldest first."""
    async with store.snapshot() as moment:
        lives = [life async for life in moment.lives(type)]
    return [f"{version.id}{version.version}" for life in lives for version in life]


async def test_what_is_written_after_the_moment_is_not_seen(store: MongoStore, make: Any) -> None:
    """Neither in the collection that is read first nor in those read later."""
    await put(store, make("Patient", "a", name("a")), make("Observation", "o"))
    async with store.snapshot() as moment:
        living = [version.id async for version in moment.living("Patient")]
        await put(
            store,
            make("Patient", "b", name("b")),
            make("Observation", "o", version=2),
            make("Observation", "p"),
        )
        seen = [version.version async for version in moment.living("Observation")]
        lives = [[each.version for each in life] async for life in moment.lives("Observation")]
    assert (living, seen, lives) == (["a"], [1], [[1]])
    assert await stored(store, "Observation") == ["o1", "o2", "p1"]


async def test_a_life_comes_back_in_every_version(store: MongoStore, make: Any) -> None:
    """A changed, a deleted and a revived one; what is there, equal, is left as it is."""
    changed = [make("Patient", "a", name("old")), make("Patient", "a", name("new"), version=2)]
    gone = [make("Patient", "b", name("b")), make("Patient", "b", version=2, method="DELETE")]
    again = [
        make("Patient", "c", name("c"), writer="Practitioner/w"),
        make("Patient", "c", version=2, method="DELETE"),
        make("Patient", "c", name("c"), version=4),
    ]
    told = [changed, gone, again]
    fates = await store.put_lives(told)
    assert fates == {("Patient", id): "stored" for id in "abc"}
    assert await stored(store, "Patient") == ["a1", "a2", "b1", "b2", "c1", "c2", "c4"]
    async with store.snapshot() as moment:
        living = {version.id: version async for version in moment.living("Patient")}
    assert living == {"a": changed[-1][0], "c": again[-1][0]}
    first = await store.vread("Patient", "c", 1)
    assert first is not None
    assert first.writer == "Practitioner/w"
    fates = await store.put_lives(told)
    assert fates == {("Patient", id): "unchanged" for id in "abc"}


async def test_a_life_is_put_over_nothing(store: MongoStore, make: Any) -> None:
    """An id with other versions keeps them; the others of the same transaction come in."""
    mine = make("Patient", "a", name("mine"))
    await put(store, mine)
    other = [make("Patient", "a", name("other")), make("Patient", "a", name("other"), version=2)]
    fates = await store.put_lives([other, [make("Patient", "b", name("b"))]])
    assert fates == {("Patient", "a"): "other", ("Patient", "b"): "stored"}
    assert await store.read("Patient", "a") == mine[0]
    assert await stored(store, "Patient") == ["a1", "b1"]


async def test_a_life_can_go_on(store: MongoStore, make: Any) -> None:
    """What was put back is changed like anything else, and keeps counting."""
    await store.put_lives([[make("Patient", "a", name("a"), version=7)]])
    await put(store, make("Patient", "a", name("b"), version=8))
    assert await stored(store, "Patient") == ["a7", "a8"]
