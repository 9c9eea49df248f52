"""Digests and quiet hours."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cordee.operations.subscription_terms import QuietHours, Terms
from cordee.subscriptions.schedule import wait
from subscriptions.conftest import Json, topical
from subscriptions.receiver import Received, Receiver
from subscriptions.test_topics import flag, parameters

OWN = "https://cordee.example/fhir/StructureDefinition/subscription-"
TERMS = Terms("a", 1, "active", "Flag", "rest-hook", max_count=5)
NIGHT = QuietHours("22:00:00", "07:00:00", "Europe/Paris")


def at(text: str) -> datetime:
    """A moment in Paris, in November: one hour after UTC."""
    return (datetime.fromisoformat(f"2026-11-{text}:00+01:00")).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("22T21:59", "22T21:59"),
        ("22T22:00", "23T07:00"),
        ("22T23:30", "23T07:00"),
        ("23T03:00", "23T07:00"),
        ("23T07:00", "23T07:00"),
    ],
)
def test_nothing_is_told_in_quiet_hours(moment: str, until: str) -> None:
    """In quiet hours, also over midnight, one waits until their end, on the local clock."""
    now = at(moment)
    assert now + timedelta(seconds=wait(replace(TERMS, quiet=NIGHT), 1, now, now)) == at(until)


def test_a_digest_waits_for_its_time_or_until_it_is_full() -> None:
    """Events are gathered for the delay since the oldest, but not beyond the maximum."""
    digest = replace(TERMS, digest=60)
    oldest = at("22T12:00")
    assert wait(digest, 1, oldest, oldest + timedelta(seconds=20)) == 40
    assert wait(digest, 5, oldest, oldest) == 0
    assert wait(digest, 1, oldest, oldest + timedelta(seconds=61)) == 0


async def test_events_are_gathered_into_one_message(server: Any, receiver: Receiver) -> None:
    """With a digest of two seconds, three alerts come in one bundle."""
    hook: Json = topical(receiver.url, "alert", max_count=10)
    hook["channel"]["extension"].append({"url": f"{OWN}digest-delay", "valueUnsignedInt": 2})
    await server.subscribe(hook)
    begun = time.monotonic()
    for _ in range(3):
        await server.create(flag())
    told = await receiver.wait(2)
    assert time.monotonic() - begun >= 2
    await asyncio.sleep(0.3)
    assert len(receiver.all) == 2
    numbers = [each["event-number"] for each in parameters(told[1].json())["events"]]
    assert numbers == ["1", "2", "3"]


async def test_nothing_comes_in_quiet_hours_then_everything(
    server: Any, receiver: Receiver
) -> None:
    """Events of quiet hours are kept until these end, then told."""
    told: dict[str, datetime] = {}

    def answer(received: Received) -> tuple[int, dict[str, str]]:
        for event in parameters(received.json())["events"]:
            told[event["event-number"]] = datetime.now(UTC)
        return 200, {}

    receiver.answer = answer
    hook: Json = topical(receiver.url, "alert", max_count=10)
    now = datetime.now(UTC)
    end = (now + timedelta(seconds=6)).replace(microsecond=0)
    hook["channel"]["extension"].append(quiet(f"{now:%H:%M:%S}", f"{end:%H:%M:%S}", "UTC"))
    await server.subscribe(hook)
    for _ in range(3):
        await server.create(flag())
    async with asyncio.timeout(30):
        while len(told) < 3:
            await receiver.wait(len(receiver.all) + 1)
    assert list(told) == ["1", "2", "3"]
    assert min(told.values()) >= end


def quiet(start: str, end: str, zone: str) -> Json:
    """Quiet hours as an extension of the channel."""
    parts = [
        {"url": "start", "valueTime": start},
        {"url": "end", "valueTime": end},
        {"url": "timezone", "valueCode": zone},
    ]
    return {"url": f"{OWN}quiet-hours", "extension": parts}


async def test_quiet_hours_without_sense_are_refused(server: Any) -> None:
    """A time zone that nobody knows, or hours without an end, are refused at the write."""
    hook: Json = topical("https://example.org/", "alert", max_count=1)
    for wrong in (
        quiet("22:00:00", "07:00:00", "Mars/Phobos"),
        quiet("22:00:00", "07:00:00", "../../etc/passwd"),
        {"url": f"{OWN}quiet-hours", "extension": [{"url": "start", "valueTime": "22:00:00"}]},
    ):
        hook["channel"]["extension"] = [wrong]
        told = await server.create(hook, status=422)
        assert told["issue"][0]["expression"] == ["Subscription.channel.extension"]
