"""When an agenda is open: the availabilities that a Schedule states, recurring ones above all.

A rule has a first occurrence and may recur as RFC 5545 says; its times are those of the clock on
the wall, so that nine o'clock stays nine o'clock when the clocks change. Where several rules meet,
the one of the highest priority holds (1 is the highest, none the lowest); of equals what is closed
(`busy-unavailable`) wins over what is open.

https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule-availability-time
RFC 5545 §3.3.10, RFC 7953 §4
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from cordee.coordination.agenda.public_holiday import PLACES, public_holidays
from cordee.errors import Category, FhirError
from cordee.resource.types import Resource

Element = dict[str, Any]
Span = tuple[datetime, datetime]
"""[start, end), aware."""
Ranked = tuple[Span, int]
"""A span and the rank of who says it: the lower the number, the more it counts."""

AVAILABILITY = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule-availability-time"
HOLIDAYS = "https://cordee.example/fhir/StructureDefinition/schedule-public-holidays"
FREE, CLOSED = "free", "busy-unavailable"

_WEEKDAYS = "(MO|TU|WE|TH|FR|SA|SU)"
PARTS: Mapping[str, tuple[str, str]] = {
    "byDay": ("BYDAY", f"(-?[1-5])?{_WEEKDAYS}"),
    "byMonthDay": ("BYMONTHDAY", "-?([1-9]|[12][0-9]|3[01])"),
    "byYearDay": ("BYYEARDAY", "-?([1-9]|[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])"),
    "byWeekNo": ("BYWEEKNO", "-?([1-9]|[1-4][0-9]|5[0-3])"),
    "byMonth": ("BYMONTH", "[1-9]|1[0-2]"),
    "wkst": ("WKST", _WEEKDAYS),
}
"""Part of a rule in FHIR → in RFC 5545, and the pattern of its values."""
OFFERED: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset({"byDay", "byMonth"}),
    "WEEKLY": frozenset({"byDay", "byMonth", "wkst"}),
    "MONTHLY": frozenset({"byDay", "byMonthDay", "byMonth"}),
    "YEARLY": frozenset(PARTS),
}
"""How often → which parts may narrow that: none that would be looked for day by day in vain."""
LONGEST = timedelta(days=1)
"""An opening lasts no longer: what is open for days is a rule that recurs."""
MOST = 10_000
"""Neither an interval nor a count is that large."""
NO_PRIORITY = 2**31
"""Rank of what states no priority, 0 included, and of public holidays."""
EARLIEST = 2000
"""Year before which no rule begins: nobody counts through centuries of Mondays."""
WHERE = "Schedule.extension"


@dataclass(frozen=True, slots=True)
class Rule:
    """One availability: local times of the first occurrence, and how it recurs (RRULE, or None)."""

    kind: str
    rank: int
    start: datetime
    end: datetime
    recurrence: str | None = None
    count: int | None = None
    until: datetime | None = None

    def occurrences(self, zone: ZoneInfo, since: datetime, before: datetime) -> Iterator[Span]:
        """Give those that overlap [since, before), both aware, in order."""
        lasting = self.end - self.start
        last = _local(before, zone)
        if self.until is not None:
            last = min(last, self.until)
        for begins in self._starts(last):
            # Added to the time on the wall: an opening until noon ends at noon on every day.
            span = (_aware(begins, zone), _aware(begins + lasting, zone))
            if span[0] < before and span[1] > since and span[0] < span[1]:
                yield span

    def _starts(self, last: datetime) -> Iterable[datetime]:
        if self.recurrence is None:
            return (self.start,)
        # Bounded by the last day looked at, so that a rule that never occurs ends as well.
        bound = f"{self.recurrence};UNTIL={last:%Y%m%dT%H%M%S}"
        found = rrulestr(bound, dtstart=self.start)
        assert isinstance(found, rrule)
        return islice(found, self.count)


def rules(schedule: Resource, zone: ZoneInfo) -> list[Rule]:
    """Read the availabilities of a Schedule. Raises UNPROCESSABLE for one that has no meaning."""
    return [
        _rule(extension, zone)
        for extension in schedule.get("extension", ())
        if extension.get("url") == AVAILABILITY
    ]


def has_openings(schedule: Resource | None) -> bool:
    """Tell whether a Schedule in use states when it is open."""
    if schedule is None or schedule.get("active") is False:
        return False
    stated = [each for each in schedule.get("extension", ()) if each.get("url") == AVAILABILITY]
    return any(_kind(_parts(each)) == FREE for each in stated)


def openings(schedule: Resource, zone: ZoneInfo, since: datetime, before: datetime) -> list[Ranked]:
    """Give when a Schedule says it is open, rule by rule; closures are not taken out yet."""
    return _stated(schedule, FREE, zone, since, before)


def closures(schedule: Resource, zone: ZoneInfo, since: datetime, before: datetime) -> list[Ranked]:
    """Give when it is closed: by its own rules, and on the public holidays of its place."""
    stated = _stated(schedule, CLOSED, zone, since, before)
    return [*stated, *((span, NO_PRIORITY) for span in _holidays(schedule, zone, since, before))]


def _stated(
    schedule: Resource, kind: str, zone: ZoneInfo, since: datetime, before: datetime
) -> list[Ranked]:
    return [
        (span, rule.rank)
        for rule in rules(schedule, zone)
        if rule.kind == kind
        for span in rule.occurrences(zone, since, before)
    ]


def _holidays(
    schedule: Resource, zone: ZoneInfo, since: datetime, before: datetime
) -> Iterator[Span]:
    found = (each for each in schedule.get("extension", ()) if each.get("url") == HOLIDAYS)
    place = next((each.get("valueCode") for each in found), None)
    if place is None:
        return
    if place not in PLACES:
        text = f"No public holidays are known for {place}; known are {', '.join(PLACES)}"
        raise FhirError(Category.UNPROCESSABLE, text, expression=WHERE)
    for year in range(_local(since, zone).year, _local(before, zone).year + 1):
        for day in sorted(public_holidays(year, place)):
            midnight = datetime.combine(day, time.min)
            yield _aware(midnight, zone), _aware(midnight + timedelta(days=1), zone)


def _rule(extension: Element, zone: ZoneInfo) -> Rule:
    parts = _parts(extension)
    kind = _kind(parts)
    if not all(isinstance(parts.get(name), str) for name in ("start", "end")):
        raise _wrong("An availability says when it starts and when it ends")
    start, end = _moment(parts["start"], zone), _moment(parts["end"], zone, end=True)
    if kind not in {FREE, CLOSED}:
        raise _wrong(f"An availability is {FREE} or {CLOSED}, not {kind or 'unsaid'}")
    if not start < end:
        raise _wrong(f"An availability ends after it starts, not from {start} to {end}")
    if kind == FREE and end - start > LONGEST:
        raise _wrong("An opening lasts a day at most: let one that is longer recur")
    if start.year < EARLIEST:
        raise _wrong(f"An availability starts in {EARLIEST} or later")
    rule = Rule(kind, _rank(parts.get("priority")), start, end)
    return rule if parts.get("rrule") is None else _recurring(rule, parts["rrule"], zone)


def _rank(priority: Any) -> int:
    if priority is not None and not isinstance(priority, int):
        raise _wrong(f"The priority of an availability is a whole number, not {priority}")
    return priority if priority and priority > 0 else NO_PRIORITY


def _recurring(first: Rule, said: list[Element], zone: ZoneInfo) -> Rule:
    given: dict[str, list[Any]] = {}
    for part in said:
        given.setdefault(part.get("url", ""), []).append(_value(part))
    recurrence = _recurrence(given)
    try:
        rrulestr(recurrence, dtstart=first.start)
    except (ValueError, TypeError) as error:
        raise _wrong(f"The rule {recurrence} has no meaning: {error}") from error
    until = _moment(given["until"][0], zone, end=True) if "until" in given else None
    return replace(first, recurrence=recurrence, count=given.get("count", [None])[0], until=until)


def _recurrence(given: Mapping[str, list[Any]]) -> str:
    """Write the parts of a rule as RFC 5545 does, but for its end."""
    frequency = _kind({"type": given.get("freq", [None])[0]})
    unknown = given.keys() - {"freq", "until", "count", "interval"} - OFFERED.get(frequency, set())
    if frequency not in OFFERED or unknown:
        what = f"{frequency} with {', '.join(sorted(unknown))}" if unknown else frequency
        raise _wrong(f"{what} is not offered: availabilities recur by day, week, month or year")
    numbers = [value for name in ("interval", "count") for value in given.get(name, ())]
    if not all(isinstance(value, int) and 0 < value < MOST for value in numbers):
        raise _wrong(f"interval and count are whole numbers from 1 to {MOST - 1}")
    if frequency == "DAILY" and "byDay" in given and given.get("interval", [1]) != [1]:
        raise _wrong("Days of the week that recur by several days are a rule by week")
    words = [f"FREQ={frequency}"]
    words += [f"INTERVAL={value}" for value in given.get("interval", ())]
    for name, (word, pattern) in PARTS.items():
        values = [_part(name, value) for value in given.get(name, ())]
        if not all(re.fullmatch(pattern, value) for value in values):
            raise _wrong(f"{name} cannot be {', '.join(values)}")
        words += [f"{word}={','.join(values)}"] if values else []
    return ";".join(words)


def _kind(parts: Mapping[str, Any]) -> str:
    """Give the code of the Coding in `type`, "" where there is none."""
    coding = parts.get("type")
    return str(coding.get("code", "")) if isinstance(coding, dict) else ""


def _part(name: str, value: Any) -> str:
    """Write a value as RFC 5545 does: "mon" and "MO" are both MO, "1MO" stays."""
    text = str(value).strip().upper()
    return text[:2] if name in {"byDay", "wkst"} and text[:1].isalpha() else text


def _parts(extension: Element) -> dict[str, Any]:
    """Give the parts of an availability by name; of its `rrule` the parts of that."""
    return {
        each["url"]: each.get("extension") if each["url"] == "rrule" else _value(each)
        for each in extension.get("extension", ())
        if "url" in each
    }


def _value(extension: Element) -> Any:
    return next((value for key, value in extension.items() if key.startswith("value")), None)


def _moment(text: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """Read a dateTime as the time on the wall; a day that ends something belongs to it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _wrong(f"{text} is no day and no moment") from error
    if "T" not in text:
        return moment + timedelta(days=1) if end else moment
    return _local(moment, zone)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _aware(moment: datetime, zone: ZoneInfo) -> datetime:
    """Place a time on the wall in time; one that the clocks leave out is as much later."""
    return moment.replace(tzinfo=zone).astimezone(UTC)


def _wrong(text: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text, expression=WHERE)
