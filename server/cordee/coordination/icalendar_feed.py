"""Appointments written as iCalendar.

Apart from the feed, because the library takes long to import and few requests need it.

RFC 5545; https://hl7.org/fhir/R4/appointment.html
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from cordee.resource.types import Resource

STATUSES = {
    "proposed": "TENTATIVE",
    "pending": "TENTATIVE",
    "waitlist": "TENTATIVE",
    "cancelled": "CANCELLED",
    "noshow": "CANCELLED",
}
"""Appointment status -> VEVENT status; every other is CONFIRMED."""


def calendar(
    appointments: Iterable[Resource], zone: ZoneInfo, free: Sequence[Resource] = ()
) -> bytes:
    """Write a VCALENDAR with times in `zone`; appointments without times are left out.

    Free slots, in order, become one opening where they follow each other.
    """
    made = Calendar()
    made.add("prodid", "-//Cordee//Agenda//FR")
    made.add("version", "2.0")
    timed = [one for one in appointments if "start" in one and "end" in one]
    if timed or free:
        starts = [_moment(one["start"], zone).date() for one in (*timed, *free)]
        latest = max(starts) + timedelta(days=366)
        made.add_component(Timezone.from_tzinfo(zone, None, min(starts), latest))
    for one in timed:
        made.add_component(_event(one, zone))
    for run in _runs(free):
        made.add_component(_opening(run, zone))
    return bytes(made.to_ical())


def _runs(slots: Iterable[Resource]) -> list[list[Resource]]:
    """Join the slots of one agenda that follow each other without a gap."""
    runs: dict[str, list[list[Resource]]] = {}
    for slot in slots:
        own = runs.setdefault(slot["schedule"].get("reference", ""), [])
        if own and _utc(own[-1][-1]["end"]) == _utc(slot["start"]):
            own[-1].append(slot)
        else:
            own.append([slot])
    return [run for own in runs.values() for run in own]


def _opening(run: Sequence[Resource], zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", f"{run[0]['id']}@cordee")
    changed = max(slot["meta"]["lastUpdated"] for slot in run)
    event.add("dtstamp", datetime.fromisoformat(changed))
    event.add("dtstart", _moment(run[0]["start"], zone))
    event.add("dtend", _moment(run[-1]["end"], zone))
    event.add("summary", "Disponible")
    event.add("transp", "TRANSPARENT")
    return event


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _event(appointment: Resource, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", f"{appointment['id']}@cordee")
    event.add("dtstamp", datetime.fromisoformat(appointment["meta"]["lastUpdated"]))
    event.add("sequence", int(appointment["meta"]["versionId"]) - 1)
    event.add("dtstart", _moment(appointment["start"], zone))
    event.add("dtend", _moment(appointment["end"], zone))
    event.add("summary", appointment.get("description", "Rendez-vous"))
    event.add("status", STATUSES.get(appointment["status"], "CONFIRMED"))
    places = (
        each.get("actor", {}).get("display")
        for each in appointment["participant"]
        if each.get("actor", {}).get("reference", "").startswith("Location/")
    )
    place = next(filter(None, places), None)
    if place:
        event.add("location", place)
    return event


def _moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(zone)
