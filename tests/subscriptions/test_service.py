"""Processes share the work, and take over from one another."""

import asyncio
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pymongo import MongoClient

from cordee.subscriptions.service import running
from subscriptions.conftest import OpenServer, Server, observation, subscription
from subscriptions.receiver import Receiver

JSON = {"payload": "application/fhir+json"}


async def test_two_processes_share_the_work_and_tell_nothing_twice(
    open_server: OpenServer, receiver: Receiver
) -> None:
    """With two at work each subscription gets each event once, in order."""
    first, second = await open_server(), await open_server()
    names = [await first.subscribe(subscription(receiver.url)) for _ in range(8)]
    await asyncio.sleep(3)
    for number in range(20):
        await (first if number % 2 else second).create(observation())
    told = await receiver.wait(160, 30)
    await asyncio.sleep(0.5)
    assert len(told) == 160
    for name in names:
        own = [each.number for each in told if each.headers["x-cordee-subscription"].endswith(name)]
        assert own == list(range(1, 21))


@pytest.mark.parametrize("token", ["8200000001000000012B0229296E04", "82"])
async def test_a_position_set_back_or_forgotten_costs_nothing(
    token: str,
    open_server: OpenServer,
    receiver: Receiver,
    mongodb_uri: str,
    mongodb_database: str,
) -> None:
    """With a position that is of no use, or too old, nothing is missed and nothing told twice."""
    server = await open_server(work=False)
    async with running(server.services):
        await server.subscribe(subscription(receiver.url))
        await server.create(observation())
        await receiver.wait(1)
    for _ in range(5):
        await server.create(observation())
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        shards = client[mongodb_database]["subscription_shards"]
        shards.update_many({}, {"$set": {"token": token}})
    async with running(server.services):
        await receiver.wait(6)
        await server.create(observation())
        told = await receiver.wait(7)
        await asyncio.sleep(0.5)
        assert [each.number for each in told] == list(range(1, 8))


async def test_metrics_tell_what_was_delivered_tried_again_and_given_up(
    open_server: OpenServer, receiver: Receiver
) -> None:
    """Operators see deliveries by outcome, retries, dead events, what is pending, and the lag."""
    answers = [500, 200, *([422] * 5)]
    receiver.answer = lambda _: (answers.pop(0), {})
    registry = CollectorRegistry()
    server = await open_server(work=False)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"cordee_subscription_{name}", labels)

    async with running(server.services, registry):
        await server.subscribe(subscription(receiver.url))
        for _ in range(2):
            await server.create(observation())
        await receiver.wait(7)
        for _ in range(100):
            if value("dead_events_total"):
                break
            await asyncio.sleep(0.05)
    assert value("events_total") == 2
    assert value("deliveries_total", outcome="delivered") == 1
    assert value("deliveries_total", outcome="failed") == 1
    assert value("deliveries_total", outcome="refused") == 5
    assert value("retries_total") == 5
    assert value("dead_events_total") == 1
    assert value("latency_seconds_count") == 1
    for gauge in ("lag_seconds", "pending_events", "active", "open_circuits"):
        assert value(gauge) is not None


async def test_an_event_beside_a_change_of_its_subscription_is_told(
    server: Server, receiver: Receiver
) -> None:
    """A change of the Subscription, learned before the event is queued, does not step over it."""
    id = await server.subscribe(subscription(receiver.url))
    for number in range(1, 6):
        current = await server.get(f"Subscription/{id}")
        changed = current | {"reason": f"test {number}"}
        entries = [
            {"request": {"method": "POST", "url": "Observation"}, "resource": observation()},
            {"request": {"method": "PUT", "url": f"Subscription/{id}"}, "resource": changed},
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        (await server.http.post("/", json=bundle)).raise_for_status()
        told = await receiver.wait(number)
        assert told[-1].number == number
        await server.until(id, "active")
