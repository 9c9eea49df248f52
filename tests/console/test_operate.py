"""The page of those who run the server."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from console.conftest import Site, text
from cordee.store.exchange_queue import Exchange
from cordee.store.import_runs import Counts
from cordee.store.leases import Position
from cordee.store.mongo_store import MongoStore
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


async def _until_failures(site: Site, count: int) -> None:
    """Wait until a majority holds what is written for people alone."""
    for _ in range(200):
        if (await site.queue.state("late")).failures == count:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"there are not {count} failures")


async def test_lag_and_retries_are_told_by_subscription(site: Site) -> None:
    """What a subscription waits for has an age, and its failures are counted."""
    await site.store(SUBSCRIPTION | {"id": "late"})
    leases = site.queue.leases("test", count=1, seconds=60)
    await leases.open(Position("", datetime.now(UTC)))
    await leases.hold()
    await site.queue.enroll("late", 0)
    committed = datetime.now(UTC) - timedelta(minutes=7)
    event = QueuedEvent("late", 1, "Patient", "person", 2, "PUT", committed)
    await site.queue.append(leases, {0: Position("", datetime.now(UTC))}, [event])
    await site.queue.failed("late", 3)
    await _until_failures(site, 3)
    page = await site.get("/operations", language="en")
    (row,) = [
        [" ".join(cell.text_content().split()) for cell in one]
        for one in page.cssselect("#subscriptions ~ div tbody tr")
        if "late" in (one.cssselect("a")[:1] or [one])[0].get("href", "")
    ]
    assert row[4:7] == ["1", "7 min", "1 3 failures in a row"]
    await site.queue.recovered("late")
    await _until_failures(site, 0)
    assert (await site.queue.state("late")).retries == 1


async def test_exchanges_are_shown_and_tried_again(site: Site) -> None:
    """The queue of the bridges is on the page, with reasons, and a button orders a new attempt."""
    assert isinstance(site.services.store, MongoStore)
    queue = site.services.store.exchanges()
    failed = Exchange(
        "dmp",
        "iti-41",
        "page",
        about=("DocumentReference/1/_history/1",),
        subject="Patient/person",
        target="DMP",
        state="failed",
        error="no answer <b>",
    )
    await queue.put(failed)
    page = await site.get("/operations", language="en")
    (row,) = page.cssselect("#bridges ~ div tbody tr")
    said = " ".join(row.text_content().split())
    assert "given up" in said
    assert "no answer <b>" in said
    order = {"exchange": failed.id, "order": "retry"}
    answer = await site.client.post("/operations", data=order, headers=SAME_ORIGIN)
    assert answer.headers["location"] == "/operations?ordered=retry#bridges"
    again = await queue.get(failed.id)
    assert again is not None
    assert again.state == "waiting"
    nothing = {"exchange": "unknown", "order": "retry"}
    answer = await site.client.post("/operations", data=nothing, headers=SAME_ORIGIN)
    assert answer.status_code == 404


async def test_imports_are_followed(site: Site) -> None:
    """What an import is, how far it came, by whom; a number is written as its readers write it."""
    assert isinstance(site.services.store, MongoStore)
    runs = site.services.store.import_runs()
    begun = await runs.begin("page", "import", "territory <b>", "operator on host")
    stored = {"Patient": 1_200, "Task": 30}
    await runs.tell(begun.id, Counts(stored, unchanged=7, rejected=3, done=41, size=100))
    page = await site.get("/operations", language="en")
    (row,) = page.cssselect("#imports ~ div tbody tr")
    said = " ".join(" ".join(row.itertext()).split())
    assert "territory <b> under way 41 % 1,230 by type (2) Patient 1,200 Task 30 7 3" in said
    assert "operator on host" in said
    assert "MB" in text(page)
    await runs.tell(begun.id, Counts(stored), "failed", "UNAVAILABLE")
    page = await site.get("/operations", language="fr")
    (row,) = page.cssselect("#imports ~ div tbody tr")
    said = " ".join(" ".join(row.itertext()).split())
    assert "échoué UNAVAILABLE" in said
    assert "1 230 par type" in said
    assert " MB" not in text(page)


async def test_the_page_follows_what_is_under_way(site: Site) -> None:
    """While an import runs the page is loaded anew, without a script, until its reader stops it."""
    assert isinstance(site.services.store, MongoStore)
    runs = site.services.store.import_runs()
    begun = await runs.begin("moving", "import", "territory", "operator on host")
    moving = await site.client.get("/operations")
    assert moving.headers["refresh"] == "10; url=/operations"
    assert 'href="/operations?still=1"' in moving.text
    still = await site.client.get("/operations?still=1")
    assert "refresh" not in still.headers
    assert "still=1" not in still.text.partition("<main")[2]
    await runs.tell(begun.id, Counts({}), "done")


async def test_exports_are_listed(site: Site) -> None:
    """Exports of this machine stand on the page with how far they are, never with their secret."""
    ordered = await site.client.get(
        "/fhir/$export?_type=Basic", headers={"Prefer": "respond-async"}
    )
    assert ordered.status_code == 202, ordered.text
    secret = ordered.headers["content-location"].rpartition("/")[2]
    page = await site.get("/operations", language="en")
    (row,) = page.cssselect("#exports ~ div tbody tr")
    assert "$export?_type=Basic" in row.text_content()
    assert secret not in page.text_content()


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
