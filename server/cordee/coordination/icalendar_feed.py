"""Appointments written as iCalendar.

Apart from the feed, because the library takes long to import and few requests need it.

RFC 5545; https://hl7.org/fhir/R4/appointment.html
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
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


def calendar(appointments: Iterable[Resource], zone: ZoneInfo) -> bytes:
    """Write appointments as a VCALENDAR with times in `zone`; those without times are left out."""
    made = Calendar()
    made.add("prodid", "-//Cordee//Agenda//FR")
    made.add("version", "2.0")
    timed = [one for one in appointments if "start" in one and "end" in one]
    if timed:
        starts = [_moment(one["start"], zone).date() for one in timed]
        latest = max(starts) + timedelta(days=366)
        made.add_component(Timezone.from_tzinfo(zone, None, min(starts), latest))
    for one in timed:
        made.add_component(_event(one, zone))
    return bytes(made.to_ical())


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
