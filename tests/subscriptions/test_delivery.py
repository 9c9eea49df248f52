"""Delivery holds: it tries again, waits as it is asked, gives up what is refused, and goes on."""

import asyncio
import time
from typing import Any

from cordee.store.notification_queue import Replay
from subscriptions.conftest import observation, subscription
from subscriptions.receiver import Received, Receiver

JSON = {"payload": "application/fhir+json"}


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


async def test_a_paused_subscription_gets_everything_later(server: Any, receiver: Receiver) -> None:
    """While an operator has paused it nothing is sent; resumed, nothing is missing."""
    id = await server.subscribe(subscription(receiver.url))
    queue = server.services.store.notifications()
    await queue.pause(id, paused=True)
    await asyncio.sleep(2.5)
    await server.create(observation())
    await server.create(observation())
    await asyncio.sleep(1)
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
