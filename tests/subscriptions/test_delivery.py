"""Delivery holds: it tries again, waits as it is asked, gives up what is refused, and goes on."""

import asyncio
import time
from typing import Any

import pytest

from cordee.store.mongo_store import MongoStore
from cordee.store.notification_queue import Replay
from cordee.subscriptions import backoff, outbox, service
from subscriptions.conftest import Json, OpenServer, observation, subscription, topical
from subscriptions.receiver import Received, Receiver

JSON = {"payload": "application/fhir+json"}
FLAG: Json = {
    "resourceType": "Flag",
    "status": "active",
    "code": {"text": "fall"},
    "subject": {"display": "Mme Durand"},
}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that tries again, and looks after its subscriptions, ten times a second."""
    monkeypatch.setattr(backoff, "LONGEST", 0.1)
    monkeypatch.setattr(service, "RENEWAL", 0.1)


async def test_a_slow_subscriber_does_not_delay_another(server: Any, receiver: Receiver) -> None:
    """While one endpoint takes half a minute for a message, another gets all of its own."""
    async with Receiver(delay=30) as slow:
        await server.subscribe(subscription(slow.url))
        await server.subscribe(subscription(receiver.url))
        for _ in range(20):
            await server.create(observation())
        await receiver.wait(20)
        assert len(slow.all) < 3


async def test_failures_are_tried_again_and_told_in_the_status(
    server: Any, receiver: Receiver
) -> None:
    """Errors of the endpoint turn the status to error with a text; success turns it back."""
    broken = True
    receiver.answer = lambda _: (500 if broken else 200, {})
    id = await server.subscribe(subscription(receiver.url))
    await server.create(observation())
    found = await server.until(id, "error")
    assert "500" in found["error"]
    await server.create(observation())
    broken = False
    found = await server.until(id, "active")
    assert "error" not in found
    told = await receiver.wait(5)
    assert [each.number for each in told][-2:] == [1, 2]


async def test_retry_after_is_honoured(server: Any, receiver: Receiver) -> None:
    """After 503 with Retry-After: 3 nothing comes for three seconds."""
    times: list[float] = []

    def answer(_: Received) -> tuple[int, dict[str, str]]:
        times.append(time.monotonic())
        return (503, {"Retry-After": "3"}) if len(times) == 1 else (200, {})

    receiver.answer = answer
    await server.subscribe(subscription(receiver.url))
    await server.create(observation())
    await receiver.wait(2)
    assert times[1] - times[0] >= 3


@pytest.mark.usefixtures("hasty")
async def test_a_refused_event_is_given_up_and_can_be_replayed(
    server: Any, receiver: Receiver
) -> None:
    """What is refused five times is kept as dead, the next events come, and replay tells it."""
    refused = True
    receiver.answer = lambda told: (422 if refused and told.number == 2 else 200, {})
    id = await server.subscribe(subscription(receiver.url))
    for _ in range(3):
        await server.create(observation())
    told = await receiver.wait(7, 30)
    assert [each.number for each in told] == [1, 2, 2, 2, 2, 2, 3]
    queue = server.services.store.notifications()
    assert (await queue.state(id)).dead == 1
    (dead,) = await queue.events(id, 1, 3, limit=9, dead_only=True)
    assert (dead.number, dead.dead) == (2, "the endpoint answered 422")
    refused = False
    assert await queue.order_replay(id, Replay(1, 3, dead_only=True))
    told = await receiver.wait(8)
    assert told[-1].number == 2
    await asyncio.sleep(0.2)
    assert (await queue.state(id)).dead == 0


async def test_a_redirect_is_not_followed(server: Any, receiver: Receiver) -> None:
    """An answer that points elsewhere is a failure: nothing is sent there."""
    async with Receiver() as elsewhere:
        receiver.answer = lambda _: (307, {"Location": elsewhere.url})
        await server.subscribe(subscription(receiver.url))
        await server.create(observation())
        await receiver.wait(2)
        assert elsewhere.all == []


async def test_an_endpoint_that_is_gone_ends_the_subscription(
    server: Any, receiver: Receiver
) -> None:
    """410 turns the subscription off; written again as requested, it goes on where it was."""
    receiver.answer = lambda _: (410, {})
    id = await server.subscribe(subscription(receiver.url))
    await server.create(observation())
    off = await server.until(id, "off")
    assert "410" in off["error"]
    receiver.answer = lambda _: (200, {})
    await server.create(observation())
    await server.put({**off, "status": "requested"})
    await server.until(id, "active")
    await server.create(observation())
    told = await receiver.wait(3)
    assert [each.number for each in told] == [1, 1, 2]


@pytest.mark.usefixtures("hasty")
async def test_a_paused_subscription_gets_everything_later(
    open_server: OpenServer, receiver: Receiver
) -> None:
    """While an operator has paused it nothing is sent; resumed, nothing is missing."""
    server: Any = await open_server()
    id = await server.subscribe(subscription(receiver.url))
    queue = server.services.store.notifications()
    await queue.pause(id, paused=True)
    await asyncio.sleep(1.5)
    await server.create(observation())
    await server.create(observation())
    await asyncio.sleep(0.5)
    assert receiver.all == []
    await queue.pause(id, paused=False)
    told = await receiver.wait(2)
    assert [each.number for each in told] == [1, 2]
    await queue.order_replay(id, Replay(1, 2))
    told = await receiver.wait(4)
    assert [each.number for each in told] == [1, 2, 1, 2]


async def test_a_deleted_subscription_is_told_nothing_more(server: Any, receiver: Receiver) -> None:
    """After the deletion no event comes, and nothing of it is kept."""
    id = await server.subscribe(subscription(receiver.url))
    await server.create(observation())
    await receiver.wait(1)
    await server.http.delete(f"/Subscription/{id}")
    await server.create(observation())
    await asyncio.sleep(1)
    assert len(receiver.all) == 1
    assert await server.services.store.notifications().events(id, 0, 99, limit=9) == []


async def test_a_subscription_ends_at_its_end(server: Any, receiver: Receiver) -> None:
    """Past `end` the status is off."""
    resource = subscription(receiver.url) | {"end": "2020-01-01T00:00:00Z"}
    made = await server.create(resource)
    off = await server.until(made["id"], "off")
    assert "ended" in off["error"]


async def test_what_is_written_while_a_subscription_changes_is_told(
    server: Any, receiver: Receiver
) -> None:
    """From the answer to its creation on, and whenever its headers change, no event is missed."""
    hook = await server.create(topical(receiver.url, "alert"))
    for number in range(5):
        await server.create(FLAG)
        hook = await server.get(f"Subscription/{hook['id']}")
        hook["channel"]["header"] = [f"Authorization: Bearer {number}"]
        await server.put(hook)
    await server.create(FLAG)
    await told_of(receiver, [1, 2, 3, 4, 5, 6])


async def test_a_new_endpoint_is_greeted_before_it_is_told(server: Any, receiver: Receiver) -> None:
    """What an endpoint did not take goes to the one that replaces it, after its handshake."""
    receiver.answer = lambda told: (500 if b"event-not" in told.body else 200, {})
    id = await server.subscribe(topical(receiver.url, "alert"))
    await server.create(FLAG)
    await receiver.wait(3)
    async with Receiver() as other:
        hook = await server.get(f"Subscription/{id}")
        hook["channel"]["endpoint"] = other.url
        await server.put(hook)
        first, second = await other.wait(2)
        assert b"handshake" in first.body
        assert second.number == 1


@pytest.mark.usefixtures("hasty")
async def test_a_pause_ends_what_is_tried_again(
    open_server: OpenServer, receiver: Receiver
) -> None:
    """An event that fails is not tried again while an operator has paused the subscription."""
    server = await open_server()
    works = False
    receiver.answer = lambda _: (200 if works else 500, {})
    id = await server.subscribe(subscription(receiver.url))
    store = server.services.store
    assert isinstance(store, MongoStore)
    queue = store.notifications()
    await server.create(observation())
    await receiver.wait(1)
    await queue.pause(id, paused=True)
    await asyncio.sleep(1.5)
    tried, works = len(receiver.all), True
    await asyncio.sleep(0.5)
    assert len(receiver.all) == tried
    await queue.pause(id, paused=False)
    assert [each.number for each in await receiver.wait(tried + 1)][-1] == 1


@pytest.mark.usefixtures("hasty")
async def test_a_refused_heartbeat_holds_up_no_event(
    open_server: OpenServer, receiver: Receiver
) -> None:
    """Who takes events but no heartbeats gets the events."""
    server = await open_server()
    receiver.answer = lambda told: (400 if b"heartbeat" in told.body else 200, {})
    await server.subscribe(topical(receiver.url, "alert", heartbeat_period=1))
    await receiver.wait(2)
    await server.create(FLAG)
    await told_of(receiver, [1])


async def test_what_a_transaction_says_beside_a_deletion_is_forgotten(
    server: Any, receiver: Receiver
) -> None:
    """A Subscription that is deleted with what it asks for leaves no event behind."""
    id = await server.subscribe(subscription(receiver.url))
    entries = [
        {"request": {"method": "POST", "url": "Observation"}, "resource": observation()},
        {"request": {"method": "DELETE", "url": f"Subscription/{id}"}},
    ]
    await server.subscribe(subscription(receiver.url, "Patient"))
    queue = server.services.store.notifications()
    for order in (1, -1):
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries[::order]}
        (await server.http.post("/", json=bundle)).raise_for_status()
        await server.create({"resourceType": "Patient"})
        await receiver.wait(1 if order == 1 else 2)
        assert await queue.events(id, 0, 99, limit=9) == []
        assert id not in await queue.all_states()
        await server.put(subscription(receiver.url) | {"id": id})
        await server.until(id, "active")


async def test_the_end_of_a_subscription_that_hangs_holds_up_no_other(
    server: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turned off or deleted while its receiver does not answer, it is not waited for."""
    monkeypatch.setattr(outbox, "PATIENCE", 60)
    async with Receiver(delay=60) as slow:
        off, gone = [await server.subscribe(subscription(slow.url)) for _ in range(2)]
        await server.subscribe(subscription(receiver.url))
        await server.create(observation())
        await receiver.wait(1)
        await server.put(subscription(slow.url) | {"id": off, "status": "off"})
        await server.http.delete(f"/Subscription/{gone}")
        await server.create(observation())
        await receiver.wait(2)


async def told_of(receiver: Receiver, wanted: list[int], seconds: float = 20) -> None:
    """Wait until a receiver was told of the last of some events, and of these alone."""
    found: list[int] = []
    for _ in range(int(seconds / 0.05)):
        found = [told.number for told in receiver.all if b"event-notification" in told.body]
        if found[-1:] == wanted[-1:]:
            break
        await asyncio.sleep(0.05)
    assert found == wanted
