"""The queue of exchanges in the database."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from cordee.store.exchange_queue import Exchange, ExchangeQueue
from cordee.store.mongo_store import MongoStore
from cordee.store.port import WriteSession


class Bridge:
    """A queue, and a bridge that only one test has."""

    def __init__(self, queue: ExchangeQueue) -> None:
        self.queue = queue
        self.name = f"test-{uuid4().hex[:8]}"

    def exchange(self, key: str = "1", **more: Any) -> Exchange:
        """Make an exchange of it."""
        return Exchange(self.name, more.pop("action", "iti-41"), f"{self.name}/{key}", **more)

    async def claim(self, owner: str = "me", lease: float = 30) -> Exchange | None:
        """Take one of its exchanges."""
        return await self.queue.claim([self.name], owner, lease)

    async def keys(self, **asked: Any) -> list[str]:
        """List its exchanges."""
        found = await self.queue.list(bridge=self.name, **asked)
        return [each.key.partition("/")[2] for each in found]


@pytest.fixture
async def bridge(standing: tuple[Any, str]) -> Bridge:
    """A bridge of one test."""
    queue = standing[0].store.exchanges()
    await queue.open()
    return Bridge(queue)


@pytest.fixture
def queue(bridge: Bridge) -> ExchangeQueue:
    """The queue."""
    return bridge.queue


async def test_what_has_the_same_key_is_queued_once(bridge: Bridge, queue: ExchangeQueue) -> None:
    """The same key means the same exchange, whoever queues it when, and the first stays."""
    first = bridge.exchange(
        about=("DocumentReference/1/_history/2",), subject="Patient/1", content={"n": [1, {}]}
    )
    both = await asyncio.gather(*(queue.put(first) for _ in range(5)))
    assert {each.id for each in both} == {first.id}
    again, new = await queue.add(bridge.exchange(content={"other": True}))
    assert not new
    assert again.content == {"n": [1, {}]}
    assert again.about == ("DocumentReference/1/_history/2",)
    assert await bridge.keys() == ["1"]


async def test_an_exchange_is_claimed_by_one_alone(bridge: Bridge, queue: ExchangeQueue) -> None:
    """However many ask at once, each exchange goes to one of them, the oldest first."""
    for number in range(3):
        await queue.put(bridge.exchange(str(number)))
    claims = [bridge.claim(f"owner {n}", 30) for n in range(6)]
    taken = [each for each in await asyncio.gather(*claims) if each is not None]
    assert sorted(each.key[-2:] for each in taken) == ["/0", "/1", "/2"]
    assert {(each.state, each.attempts) for each in taken} == {("sending", 1)}
    assert await queue.claim(["mssante-of-tests"], "another", 30) is None


async def test_what_a_dead_owner_held_is_taken_over(bridge: Bridge, queue: ExchangeQueue) -> None:
    """A lease that is over makes way for others; its old owner can say nothing more."""
    await queue.put(bridge.exchange())
    old = await bridge.claim("dead", 1.0)
    assert old is not None
    assert await bridge.claim("living", 30) is None
    await asyncio.sleep(1.1)
    new = await bridge.claim("living", 30)
    assert new is not None
    assert (new.attempts, new.lost) == (2, 1)
    assert await queue.finish(old, "dead", "done") is None
    assert not await queue.renew(old, "dead", 30)
    assert await queue.renew(new, "living", 30)
    ended = await queue.finish(new, "living", "done", result={"entryUUID": "urn:uuid:1"})
    assert ended is not None
    assert (ended.state, ended.lost, dict(ended.result)) == ("done", 0, {"entryUUID": "urn:uuid:1"})


async def test_texts_from_outside_are_kept_as_they_are(
    bridge: Bridge, queue: ExchangeQueue
) -> None:
    """Nothing that the other side says is taken for a command of the database."""
    await queue.put(bridge.exchange())
    taken = await bridge.claim("me", 30)
    assert taken is not None
    ended = await queue.finish(taken, "me", "refused", error="$due", result={"a": "$$NOW"})
    assert ended is not None
    assert (ended.error, dict(ended.result)) == ("$due", {"a": "$$NOW"})


async def test_a_failure_waits_and_an_order_ends_the_waiting(
    bridge: Bridge, queue: ExchangeQueue
) -> None:
    """What is to be tried later is not due before; an operator can order it at once."""
    await queue.put(bridge.exchange())
    taken = await bridge.claim("me", 30)
    assert taken is not None
    assert await queue.retry(taken.id) is None  # it is under way
    await queue.finish(taken, "me", "waiting", error="no answer", wait=60)
    assert await bridge.claim("me", 30) is None
    ordered = await queue.retry(taken.id)
    assert ordered is not None
    assert (ordered.state, ordered.attempts, ordered.error) == ("waiting", 0, "no answer")
    again = await bridge.claim("me", 30)
    assert again is not None
    assert again.attempts == 1
    await queue.finish(again, "me", "done")
    assert await queue.retry(taken.id) is None
    assert await queue.retry("unknown") is None


async def test_an_exchange_is_queued_with_a_transaction_or_not_at_all(
    standing: tuple[Any, str], bridge: Bridge, queue: ExchangeQueue
) -> None:
    """Queued in a write session, an exchange is there if its writes are."""
    store: MongoStore = standing[0].store

    async def work(session: WriteSession, *, fails: bool) -> bool:
        _, new = await queue.add(bridge.exchange("in a session"), session)
        if fails:
            raise LookupError
        return new

    with pytest.raises(LookupError):
        await store.write(lambda session: work(session, fails=True))
    assert await bridge.keys() == []
    assert await store.write(lambda session: work(session, fails=False))
    assert not await store.write(lambda session: work(session, fails=False))
    assert await bridge.keys() == ["in a session"]


async def test_exchanges_are_listed_by_what_they_are(bridge: Bridge, queue: ExchangeQueue) -> None:
    """A list is narrowed by state, bridge, action and person, the newest first."""
    for made in (
        bridge.exchange("a", subject="Patient/1"),
        bridge.exchange("b", subject="Patient/2", state="quarantined", error="no zip"),
        bridge.exchange("c", subject="Patient/1", action="iti-57"),
    ):
        await queue.put(made)
        await asyncio.sleep(0.005)  # what comes in the same millisecond has no order
    assert await bridge.keys() == ["c", "b", "a"]
    assert await bridge.keys(subject="Patient/1", action="iti-41") == ["a"]
    assert await bridge.keys(state="quarantined") == ["b"]
    assert await bridge.keys(subject="Patient/1", count=1) == ["c"]
    assert [each.key for each in await queue.list(count=1)] == [bridge.exchange("c").key]
    apart = await queue.quarantine(bridge.exchange("a").id, "virus")
    assert apart is not None
    assert apart.error == "virus"
    counts = await queue.counts()
    assert counts[bridge.name, "quarantined"] == 2
    assert counts[bridge.name, "waiting"] == 1


async def test_the_database_forgets_what_was_only_asked(
    queue: ExchangeQueue, bridge: Bridge, mongodb_uri: str, standing: tuple[Any, str]
) -> None:
    """Such an exchange has its end by an index of the database; others stay."""
    until = datetime(2100, 1, 1, tzinfo=UTC)
    asked = await queue.put(bridge.exchange(state="failed", until=until))
    assert (await queue.put(bridge.exchange("2"))).until is None
    assert await queue.retry(asked.id) is None
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        found = client[standing[0].settings.mongodb_database]["exchanges"].index_information()
    assert found["until_1"]["expireAfterSeconds"] == 0
