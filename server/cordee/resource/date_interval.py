"""Dates and times as intervals of instants: "2024-03" is the whole of March.

https://hl7.org/fhir/R4/search.html#date
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)
_LONGEST = 64
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400_000


def interval(text: str) -> tuple[int, int] | None:
    """Give [first, end) in milliseconds since the epoch, or None if `text` is no date.

    Reads date, dateTime and instant, and a dateTime without seconds or without zone as search
    parameters may write them; what has no zone is taken as UTC. A leap second (60) is the first
    second of the next minute. Fractions finer than a millisecond are cut.
    """
    return _interval(text) if len(text) <= _LONGEST else None


# Few: each write brings an instant that was never seen before, and is read again at once.
@lru_cache(maxsize=4_096)
def _interval(text: str) -> tuple[int, int] | None:
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, *clock = found.groups()
    try:
        if day is None:
            return _months(int(year), month)
        start = _midnight(year, month, day)
        return _clock(start, clock) if clock[0] is not None else (start, start + _DAY)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _midnight(year: str, month: str, day: str) -> int:
    # Instants differ, their days recur.
    return (date(int(year), int(month), int(day)).toordinal() - _EPOCH) * _DAY


def _months(year: int, month: str | None) -> tuple[int, int]:
    first = date(year, int(month or 1), 1)
    last = first.replace(month=int(month or 12))
    end = last.replace(day=monthrange(year, last.month)[1])
    return (first.toordinal() - _EPOCH) * _DAY, (end.toordinal() - _EPOCH + 1) * _DAY


def _clock(start: int, clock: Sequence[str | None]) -> tuple[int, int]:
    hours, minutes, seconds, fraction, zone = clock
    hour, minute, second = int(hours or 0), int(minutes or 0), int(seconds or 0)
    if hour > 23 or minute > 59 or second > 60:
        raise ValueError
    start += (hour * 3600 + minute * 60 + second) * 1000 - _offset(zone)
    if seconds is None:
        return start, start + 60_000
    if fraction is None:
        return start, start + 1000
    digits = fraction[:3]
    step = 10 ** (3 - len(digits))
    start += int(digits) * step
    return start, start + step


def _offset(zone: str | None) -> int:
    if zone is None or zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError
    size = (hours * 60 + minutes) * 60_000
    return -size if zone[0] == "-" else size


def milliseconds(moment: datetime) -> int:
    """Give a moment as milliseconds since the epoch; without zone it is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
