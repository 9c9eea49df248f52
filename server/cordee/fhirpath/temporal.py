"""Dates, times and what lies between them: partial precision, time zones, arithmetic.

http://hl7.org/fhirpath/N1/#date and http://hl7.org/fhirpath/N1/#datetime-equality

Values stay the strings that JSON holds ("2024-03", "10:30"); a `Moment` is their parsed form.
"""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from cordee.fhirpath.errors import FhirPathError

DATE: Final = "System.Date"
DATETIME: Final = "System.DateTime"
TIME: Final = "System.Time"

_DATETIME = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2}(?:\.\d+)?))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?)?",
    re.ASCII,
)
_TIME = re.compile(r"(\d{2})(?::(\d{2})(?::(\d{2}(?:\.\d+)?))?)?", re.ASCII)

_WIDEST_OFFSET: Final = (-12 * 60, 14 * 60)
"""Time zones of the world, in minutes east of UTC: what an absent zone may be."""

_DAY_FIELDS: Final = 3
_ALL_FIELDS: Final = 6


@dataclass(frozen=True, slots=True)
class Moment:
    """A parsed date, dateTime or time.

    `fields` are year, month, day, hour, minute, second as far as they are known; a time has zeros
    for its first three. Seconds carry their fraction. `offset` is minutes east of UTC, or None.
    """

    type: str
    fields: tuple[int | Decimal, ...]
    offset: int | None = None


@lru_cache(maxsize=4096)
def parse(text: str, type_name: str) -> Moment | None:
    """Read a value of a System type, or give None when `text` is not one."""
    match = (_TIME if type_name == TIME else _DATETIME).fullmatch(text)
    if match is None:
        return None
    groups = match.groups()
    if type_name == TIME:
        fields: tuple[int | Decimal, ...] = (0, 0, 0, *_numbers(groups))
        return Moment(TIME, fields) if _exists(fields) else None
    fields = _numbers(groups[:6])
    if not _exists(fields) or (type_name == DATE and "T" in text):
        return None
    zone = groups[6]
    offset = _minutes(zone) if zone else None
    if offset is not None and abs(offset) > _WIDEST_OFFSET[1]:
        return None
    return Moment(type_name, fields, offset)


def is_valid(text: str, type_name: str) -> bool:
    """Tell whether `text` is a value of the System type."""
    return parse(text, type_name) is not None


def write(moment: Moment) -> str:
    """Give the JSON form of a moment, at its own precision."""
    fields = moment.fields
    clock = ":".join(
        (f"{fields[3]:02}" if i == 3 else f"{fields[4]:02}" if i == 4 else _seconds(fields[5]))
        for i in range(3, len(fields))
    )
    if moment.type == TIME:
        return clock
    day = "-".join((f"{fields[0]:04}", *(f"{part:02}" for part in fields[1:_DAY_FIELDS])))
    return day + (f"T{clock}" if clock else "") + (_zone(moment.offset) if clock else "")


def compare(left: Moment, right: Moment) -> int | None:
    """Order two moments: negative, 0 or positive; None when their precision leaves it open."""
    if (left.offset is None) != (right.offset is None) and _both_have_times(left, right):
        return _compare_unzoned(left, right)
    if left.offset is not None and right.offset is not None and left.offset != right.offset:
        left, right = in_utc(left), in_utc(right)
    for one, other in zip(left.fields, right.fields, strict=False):
        if one != other:
            return -1 if one < other else 1
    return 0 if len(left.fields) == len(right.fields) else None


def in_utc(moment: Moment) -> Moment:
    """Shift a moment with a time zone to UTC; its precision stays."""
    if not moment.offset or len(moment.fields) <= _DAY_FIELDS:
        return replace(moment, offset=0)
    return replace(_shift(moment, timedelta(minutes=-moment.offset)), offset=0)


def add(moment: Moment, amount: Decimal, unit: str) -> Moment | None:
    """Add calendar units ("year" … "millisecond") to a moment.

    Parts finer than the moment's precision are dropped, as the specification converts them. Gives
    None when the result lies outside the calendar; raises FhirPathError for a unit that a time
    does not have.
    """
    if moment.type == TIME and unit in ("year", "month"):
        raise FhirPathError("years and months cannot be added to a time")
    try:
        if unit in ("year", "month"):
            return _add_months(moment, int(amount) * (12 if unit == "year" else 1))
        if len(moment.fields) < _DAY_FIELDS:
            return _add_months(moment, _coarse_months(moment, amount, unit))
        return _add_time(moment, amount, unit)
    except (OverflowError, ValueError):
        return None


_SECONDS: Final = {
    "week": Decimal(604800),
    "day": Decimal(86400),
    "hour": Decimal(3600),
    "minute": Decimal(60),
    "second": Decimal(1),
    "millisecond": Decimal("0.001"),
}


def _add_time(moment: Moment, amount: Decimal, unit: str) -> Moment:
    # "7.7 days" is 7 days: the decimal part is ignored for precisions above seconds.
    whole = amount if unit == "second" else Decimal(int(amount))
    seconds = whole * _SECONDS[unit]
    if moment.type != TIME and len(moment.fields) == _DAY_FIELDS:
        seconds = Decimal(int(seconds / _SECONDS["day"])) * _SECONDS["day"]
    shifted = _shift(moment, timedelta(milliseconds=int(seconds * 1000)))
    if moment.type == TIME:
        return replace(shifted, fields=(0, 0, 0, *shifted.fields[_DAY_FIELDS:]))
    return shifted


def _add_months(moment: Moment, months: int) -> Moment:
    year, month = int(moment.fields[0]), int(moment.fields[1]) if len(moment.fields) > 1 else 1
    total = year * 12 + month - 1 + months
    year, month = divmod(total, 12)
    date(year, month + 1, 1)  # raises outside the calendar
    fields: tuple[int | Decimal, ...] = (year, month + 1, *moment.fields[2:])
    if len(fields) > 2:
        last = calendar.monthrange(year, month + 1)[1]
        fields = (year, month + 1, min(int(fields[2]), last), *fields[3:])
    return replace(moment, fields=fields[: len(moment.fields)])


def _coarse_months(moment: Moment, amount: Decimal, unit: str) -> int:
    days = int(int(amount) * _SECONDS[unit] / _SECONDS["day"])
    return int(days / 365) * 12 if len(moment.fields) == 1 else int(days / 30)


def _shift(moment: Moment, by: timedelta) -> Moment:
    """Move along the time line, keeping precision and the digits of the seconds."""
    padded = _padded(moment.fields)
    second = Decimal(padded[5])
    base = datetime(
        int(padded[0]) or 1972,
        int(padded[1]) or 1,
        int(padded[2]) or 1,
        int(padded[3]),
        int(padded[4]),
        int(second),
        tzinfo=UTC,
    )
    fraction = second - int(second)
    moved = base + by + timedelta(microseconds=int(fraction * 1_000_000))
    exact: Decimal | int = moved.second
    if isinstance(moment.fields[-1], Decimal) or moved.microsecond:
        digits = -int(Decimal(fraction).as_tuple().exponent) if fraction else 3
        exact = moved.second + (Decimal(moved.microsecond) / 1_000_000).quantize(
            Decimal(1).scaleb(-max(digits, 3))
        )
    fields = (moved.year, moved.month, moved.day, moved.hour, moved.minute, exact)
    return replace(moment, fields=fields[: len(moment.fields)])


def _padded(fields: tuple[int | Decimal, ...]) -> tuple[int | Decimal, ...]:
    return (*fields, *(0, 1, 1, 0, 0, 0)[len(fields) :])


def _both_have_times(left: Moment, right: Moment) -> bool:
    return len(left.fields) > _DAY_FIELDS and len(right.fields) > _DAY_FIELDS


def _compare_unzoned(left: Moment, right: Moment) -> int | None:
    """Compare when one side has no zone: it may be anywhere in the world."""
    answers = set()
    for offset in _WIDEST_OFFSET:
        one = left if left.offset is not None else replace(left, offset=offset)
        other = right if right.offset is not None else replace(right, offset=offset)
        answers.add(compare(one, other))
    return answers.pop() if len(answers) == 1 else None


def _numbers(groups: tuple[str | None, ...]) -> tuple[int | Decimal, ...]:
    return tuple(Decimal(text) if "." in text else int(text) for text in groups if text is not None)


def _exists(fields: tuple[int | Decimal, ...]) -> bool:
    year, month, day, hour, minute, second = _padded(fields)
    is_time = year == 0 and month == 0
    if not is_time:
        if not (year >= 1 and 1 <= month <= 12 and day >= 1):
            return False
        if day > calendar.monthrange(int(year), int(month))[1]:
            return False
    return hour <= 23 and minute <= 59 and second < 61


def _minutes(zone: str) -> int:
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _zone(offset: int | None) -> str:
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def _seconds(value: int | Decimal) -> str:
    if isinstance(value, int):
        return f"{value:02}"
    whole = int(value)
    return f"{whole:02}{str(value - whole)[1:]}"
