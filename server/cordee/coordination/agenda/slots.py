"""The slots that an agenda's availabilities make, and how those that are there follow them.

Each opening is cut from its beginning into slots as long as the shortest service takes, or is one
slot where no service says. A slot's id follows from agenda and time, so that making slots again
makes none twice, whoever does it.

https://hl7.org/fhir/R4/slot.html
https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-service-type-duration
"""

from bisect import bisect, insort
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from cordee.coordination.agenda.availability import Ranked, Span, closures, has_openings, openings
from cordee.errors import Category, FhirError
from cordee.resource.canonical import split
from cordee.resource.date_interval import interval
from cordee.resource.types import Resource

Element = dict[str, Any]

SYSTEM = "https://cordee.example/fhir/NamingSystem/availability-slot"
"""System of the identifier of slots made of availabilities: "<schedule>/<start>"."""
DURATION = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-service-type-duration"
GAP = "https://interop.esante.gouv.fr/ig/fhir/gap/StructureDefinition/gap-fr-"
MOST = 2_000
"""Slots that one agenda may have within the horizon."""
SHORTEST = timedelta(minutes=5)

_NAMES = UUID("7f3e1a52-6d0c-4a6e-9d2b-3d4f1f7b5c11")
_MINUTES = {"min": 1, "h": 60, "d": 1440}


def followed(
    schedule: Resource,
    stored: Sequence[Resource],
    zone: ZoneInfo,
    since: datetime,
    before: datetime,
) -> list[Resource]:
    """Give the slots to store so that those of [since, before) are what the agenda says.

    `stored` are all its slots there. One that is taken stays, whatever the agenda says now; a free
    one that it no longer has becomes `entered-in-error`. Raises UNPROCESSABLE for what has no
    meaning, or makes too many.
    """
    own = {slot["id"]: slot for slot in stored if _is_made(slot)}
    foreign = [_span(s) for s in stored if s["id"] not in own and s["status"] != "entered-in-error"]
    taken = [_span(s) for s in own.values() if s["status"] not in {"free", "entered-in-error"}]
    wanted = {slot["id"]: slot for slot in _wanted(schedule, zone, since, before)}
    blocked = [*foreign, *taken]
    changed = []
    for id, slot in wanted.items():
        known = own.get(id)
        if known is not None and known["status"] not in {"free", "entered-in-error"}:
            continue
        if any(_overlap(_span(slot), other) for other in blocked):
            wanted[id] = {}
        elif known is None or _differs(known, slot):
            changed.append(slot)
    gone = [
        slot | {"status": "entered-in-error"}
        for id, slot in own.items()
        if slot["status"] == "free" and not wanted.get(id) and _span(slot)[0] >= since
    ]
    return [*changed, *gone]


def _wanted(
    schedule: Resource, zone: ZoneInfo, since: datetime, before: datetime
) -> Iterator[Resource]:
    """Give the slots that the availabilities make, earliest first, none over another.

    Of openings that meet, those of the higher priority are cut into slots first.
    """
    if not has_openings(schedule):
        return
    first, last = _horizon(schedule, since, before)
    shut = closures(schedule, zone, first, last)
    services = _services(schedule)
    length = min((minutes for _, minutes in services), default=None)
    kept: list[Span] = []
    for span, rank in sorted(_cut(openings(schedule, zone, first, last), length), key=_by_rank):
        if span[0] < first or span[1] > last or _meets(kept, span):
            continue
        if any(other <= rank and _overlap(span, closed) for closed, other in shut):
            continue
        insort(kept, span)
        if len(kept) > MOST:
            text = f"The agenda makes more than {MOST} slots until {before:%Y-%m-%d}"
            raise FhirError(Category.UNPROCESSABLE, text, expression="Schedule.extension")
    for span in kept:
        yield _slot(schedule, span, zone, [service for service, _ in services])


def _by_rank(stated: Ranked) -> tuple[int, Span]:
    return stated[1], stated[0]


def _meets(kept: list[Span], span: Span) -> bool:
    """Tell whether a span meets one of several in order, none over another: its neighbours do."""
    place = bisect(kept, span)
    return any(_overlap(span, other) for other in kept[max(0, place - 1) : place + 1])


def _horizon(schedule: Resource, since: datetime, before: datetime) -> Span:
    period = schedule.get("planningHorizon", {})
    start, end = interval(period.get("start", "")), interval(period.get("end", ""))
    first = max(since, _moment(start[0])) if start else since
    return first, min(before, _moment(end[1])) if end else before


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _cut(stated: Iterable[Ranked], length: timedelta | None) -> Iterator[Ranked]:
    for (start, end), rank in stated:
        if length is None:
            yield (start, end), rank
            continue
        for place in range((end - start) // length):
            yield (start + place * length, start + (place + 1) * length), rank


def _services(schedule: Resource) -> list[tuple[Element | None, timedelta]]:
    """Give what services the agenda offers, and how long each takes."""
    found = []
    for extension in schedule.get("extension", ()):
        if extension.get("url") != DURATION:
            continue
        parts = {each.get("url"): each for each in extension.get("extension", ())}
        lasting = parts.get("duration", {}).get("valueDuration", {})
        unit = _MINUTES.get(lasting.get("code") or lasting.get("unit", ""))
        if "value" in lasting and unit is not None:
            minutes = timedelta(minutes=float(Decimal(str(lasting["value"])) * unit))
            if minutes < SHORTEST:
                text = f"A service takes {SHORTEST.seconds // 60} minutes at least"
                raise FhirError(Category.UNPROCESSABLE, text, expression="Schedule.extension")
            service = parts.get("serviceType", {}).get("valueCodeableConcept")
            found.append((service, minutes))
    return found


def _slot(
    schedule: Resource, span: Span, zone: ZoneInfo, services: Sequence[Element | None]
) -> Resource:
    start = span[0].astimezone(UTC)
    name = f"{schedule['id']}/{start:%Y-%m-%dT%H:%M:%SZ}"
    claimed = schedule.get("meta", {}).get("profile", ())
    gap = any(split(url)[0] == f"{GAP}schedule" for url in claimed)
    made: Resource = {
        "resourceType": "Slot",
        "id": str(uuid5(_NAMES, name)),
        "meta": {"profile": [f"{GAP}slot"]} if gap else None,
        "identifier": [{"system": SYSTEM, "value": name}],
        "serviceType": [service for service in services if service],
        "specialty": schedule.get("specialty"),
        "schedule": {"reference": f"Schedule/{schedule['id']}"},
        "status": "free",
        "start": span[0].astimezone(zone).isoformat(),
        "end": span[1].astimezone(zone).isoformat(),
    }
    return {key: value for key, value in made.items() if value}


def _is_made(slot: Resource) -> bool:
    return any(each.get("system") == SYSTEM for each in slot.get("identifier", ()))


def _differs(known: Resource, slot: Resource) -> bool:
    return any(known.get(name) != slot.get(name) for name in slot if name != "meta")


def _span(slot: Resource) -> Span:
    return datetime.fromisoformat(slot["start"]), datetime.fromisoformat(slot["end"])


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
