"""The page of those who run the server."""

from datetime import UTC, datetime

from console.conftest import Site, text
from cordee.store.leases import Position
from cordee.store.notification_queue import QueuedEvent

SUBSCRIPTION = {
    "resourceType": "Subscription",
    "id": "told",
    "status": "requested",
    "reason": "test",
    "criteria": "Patient?",
    "channel": {"type": "rest-hook", "endpoint": "https://subscriber.example/hook"},
}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


async def _dead_event(site: Site) -> None:
    """Queue an event of the subscription and give it up."""
    await site.store(SUBSCRIPTION)
    leases = site.queue.leases("test", count=1, seconds=60)
    await leases.open(Position("", datetime.now(UTC)))
    await leases.hold()
    await site.queue.enroll("told", 0)
    event = QueuedEvent("told", 1, "Patient", "person", 1, "PUT", datetime.now(UTC))
    await site.queue.append(leases, {0: Position("", datetime.now(UTC))}, [event])
    await site.queue.bury(event, "410 Gone")
    await site.queue.settle({"told": 1})


async def test_dead_notifications_are_shown_and_replayed(site: Site) -> None:
    """What was given up is listed with its reason; one button orders the replay."""
    await _dead_event(site)
    page = await site.get("/operations", language="en")
    assert "410 Gone" in text(page)
    order = {"subscription": "told", "order": "replay"}
    answer = await site.client.post("/operations", data=order, headers=SAME_ORIGIN)
    assert answer.headers["location"] == "/operations?ordered=replay"
    orders = await site.queue.take_replays([0])
    assert orders["told"].dead_only
    paused = {"subscription": "told", "order": "pause"}
    await site.client.post("/operations", data=paused, headers=SAME_ORIGIN)
    assert (await site.queue.state("told")).paused


async def test_orders_of_other_pages_are_refused(site: Site) -> None:
    """A form on a foreign page cannot give orders."""
    order = {"subscription": "told", "order": "pause"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        answer = await site.client.post("/operations", data=order, headers=headers)
        assert answer.status_code == 403


async def test_storage_is_told_by_collection(site: Site) -> None:
    """Each collection has its documents, its room and its indexes."""
    page = await site.get("/operations")
    rows = {row[0].text_content(): row for row in page.cssselect("#storage ~ details tbody tr")}
    assert int(rows["Patient"][1].text_content()) >= 2
    assert int(rows["Patient"][4].text_content()) > 1


async def test_rates_are_drawn_and_written(site: Site) -> None:
    """The interactions that were called are in the chart and in the table."""
    await site.client.get("/fhir/Patient/person")
    page = await site.get("/operations")
    assert page.cssselect("figure.chart rect")
    assert "read" in [one.text_content() for one in page.cssselect("#rates ~ details tbody th")]
