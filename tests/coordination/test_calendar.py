"""A professional's agenda in the calendar they already use."""

from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar

from coordination.conftest import Record
from cordee.coordination.icalendar_feed import calendar
from cordee.resource.types import Resource

PARIS = ZoneInfo("Europe/Paris")
ROLE = {"resourceType": "PractitionerRole", "id": "nurse", "active": True}


def appointment(id: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    """An appointment of the nurse with a person."""
    actors = ("PractitionerRole/nurse", "Patient/p")
    who = [{"actor": {"reference": name}, "status": "accepted"} for name in actors]
    times = {"start": start, "end": end, "status": "booked", "participant": who}
    return {"resourceType": "Appointment", "id": id} | times | more


def stored(resource: dict[str, Any]) -> Resource:
    """The resource as the server keeps it."""
    return resource | {"meta": {"versionId": "3", "lastUpdated": "2026-11-22T10:00:00.000Z"}}


def events(feed: bytes) -> list[Any]:
    """The events of a feed, as another program reads them."""
    found: list[Any] = Calendar.from_ical(feed).walk("VEVENT")
    return found


def test_times_keep_their_wall_clock_through_the_year() -> None:
    """Nine o'clock in Paris is nine o'clock before and after the clocks change."""
    summer = appointment("s", "2026-10-24T09:00:00+02:00", "2026-10-24T09:30:00+02:00")
    winter = appointment("w", "2026-10-26T08:00:00Z", "2026-10-26T08:30:00Z")
    feed = calendar([stored(summer), stored(winter)], PARIS)
    starts = [event["DTSTART"].dt for event in events(feed)]
    assert [start.hour for start in starts] == [9, 9]
    assert [start.utcoffset().total_seconds() / 3600 for start in starts] == [2, 1]
    assert b"BEGIN:VTIMEZONE" in feed
    assert b"DTSTART;TZID=Europe/Paris:20261026T090000" in feed


def test_a_feed_does_not_name_the_person() -> None:
    """What leaves the server tells when and what, not about whom."""
    visit = appointment("a", "2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z", description="Visite")
    visit["participant"][1]["actor"]["display"] = "Mme Martin"
    feed = calendar([stored(visit)], PARIS)
    assert b"SUMMARY:Visite" in feed
    assert b"Martin" not in feed
    assert b"Patient" not in feed


@pytest.mark.parametrize(
    ("status", "shown"),
    [("booked", "CONFIRMED"), ("pending", "TENTATIVE"), ("cancelled", "CANCELLED")],
)
def test_the_status_is_told(status: str, shown: str) -> None:
    """A cancelled visit disappears from the calendar of who reads the feed."""
    visit = appointment("a", "2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z", status=status)
    [event] = events(calendar([stored(visit)], PARIS))
    assert (event["STATUS"], event["SEQUENCE"]) == (shown, 2)


def test_an_agenda_without_appointments_is_a_calendar() -> None:
    """Programs need not fail on a quiet month; a request without times is not shown."""
    asked = {"resourceType": "Appointment", "id": "a", "status": "proposed", "participant": []}
    assert events(calendar([asked], PARIS)) == []


def test_what_is_free_is_shown_as_time_not_taken() -> None:
    """Slots that follow each other are one opening; two agendas stay apart."""

    def slot(id: str, agenda: str, start: str, end: str) -> Resource:
        times = {"start": f"2026-12-01T{start}:00+01:00", "end": f"2026-12-01T{end}:00+01:00"}
        schedule = {"schedule": {"reference": f"Schedule/{agenda}"}, "status": "free"}
        return stored({"resourceType": "Slot", "id": id} | schedule | times)

    free = [
        slot("a", "one", "09:00", "09:30"),
        slot("b", "one", "09:30", "10:00"),
        slot("c", "two", "10:00", "10:30"),
        slot("d", "one", "11:00", "11:30"),
    ]
    feed = calendar([], PARIS, free)
    shown = [
        (str(one["UID"]), f"{one['DTSTART'].dt:%H:%M}", f"{one['DTEND'].dt:%H:%M}", one["TRANSP"])
        for one in events(feed)
    ]
    assert shown == [
        ("a@cordee", "09:00", "10:00", "TRANSPARENT"),
        ("d@cordee", "11:00", "11:30", "TRANSPARENT"),
        ("c@cordee", "10:00", "10:30", "TRANSPARENT"),
    ]


async def link(record: Record, **more: Any) -> httpx.Response:
    """Ask for the link, or to end it."""
    rows = [{"name": key, "valueBoolean": value} for key, value in more.items()]
    body = {"resourceType": "Parameters", "parameter": rows}
    return await record.http.post("/PractitionerRole/nurse/$calendar-link", json=body)


async def read(record: Record, url: str) -> httpx.Response:
    """Read the feed as a calendar program does."""
    return await record.http.get(str(httpx.URL(url).copy_with(scheme="http", host="test")))


async def test_a_link_opens_one_agenda_until_it_is_ended(record: Record) -> None:
    """A new link ends the one before; revoking ends it too; a guess opens nothing."""
    await record.stored(ROLE)
    start, end = "2099-12-01T09:00:00Z", "2099-12-01T10:00:00Z"
    await record.stored(appointment("mine", start, end))
    others = [{"actor": {"reference": "PractitionerRole/gp"}, "status": "accepted"}]
    await record.stored(appointment("other", start, end, participant=others))
    first = (await link(record)).json()["parameter"][0]["valueUrl"]
    answer = await read(record, first)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert [str(event["UID"]) for event in events(answer.content)] == ["mine@cordee"]
    second = (await link(record)).json()["parameter"][0]["valueUrl"]
    assert (await read(record, first)).status_code == 404
    assert (await read(record, second)).status_code == 200
    assert (await link(record, revoke=True)).status_code == 200
    assert (await read(record, second)).status_code == 404


async def test_a_feed_shows_appointments_and_what_is_free(record: Record) -> None:
    """A visit takes its slot out of what is free; cancelled, it is shown so and gives it back."""
    await record.stored(ROLE)
    actor = [{"reference": "PractitionerRole/nurse"}]
    await record.stored({"resourceType": "Schedule", "id": "a", "actor": actor})
    times = {"start": "2099-12-01T09:00:00Z", "end": "2099-12-01T10:00:00Z"}
    slot = {"resourceType": "Slot", "id": "s", "schedule": {"reference": "Schedule/a"}}
    await record.stored(slot | times | {"status": "free"})
    url = (await link(record)).json()["parameter"][0]["valueUrl"]

    async def shown() -> list[tuple[str, str]]:
        found = events((await read(record, url)).content)
        return sorted((str(one["UID"]), str(one.get("STATUS", "free"))) for one in found)

    assert await shown() == [("s@cordee", "free")]
    visit = appointment("v", times["start"], times["end"], slot=[{"reference": "Slot/s"}])
    await record.stored(visit)
    assert await shown() == [("v@cordee", "CONFIRMED")]
    await record.stored(visit | {"status": "cancelled"})
    assert await shown() == [("s@cordee", "free"), ("v@cordee", "CANCELLED")]


async def test_who_is_no_longer_there_reads_on_with_no_link(record: Record) -> None:
    """A role that ended, or somebody who is not active; it opens again when they are back."""
    person = {"resourceType": "Practitioner", "id": "nina"}
    role = ROLE | {"practitioner": {"reference": "Practitioner/nina"}}
    await record.stored(person)
    await record.stored(role)
    url = (await link(record)).json()["parameter"][0]["valueUrl"]
    for gone in (
        role | {"active": False},
        role | {"period": {"end": "2025-12-31"}},
        person | {"active": False},
    ):
        await record.stored(gone)
        assert (await read(record, url)).status_code == 404
        await record.stored(role | {"active": True})
        await record.stored(person | {"active": True})
        assert (await read(record, url)).status_code == 200


async def test_an_unknown_professional_has_no_link(record: Record) -> None:
    """The answer is that of a read."""
    assert (await link(record)).status_code == 404
