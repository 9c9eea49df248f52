"""FHIR dates as HL7 V3 writes them: `2024-03-01T10:00:00+01:00` is `20240301100000+0100`.

https://hl7.org/fhir/R4/datatypes.html#dateTime
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

_PARTS = re.compile(
    r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?"
)

_UTC = re.compile(r"T.*(Z|[+-]00:00)$")
_FRANCE = ZoneInfo("Europe/Paris")


def time(value: object) -> str | None:
    """Give a date, dateTime or instant in V3's form, no more precise; None for anything else."""
    match = _PARTS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    *parts, zone = match.groups()
    zone = "+0000" if zone == "Z" else (zone or "").replace(":", "")
    return "".join(part for part in parts if part) + zone


def day(value: object) -> str | None:
    """Give the day alone."""
    found = time(value)
    return found[:8] if found else None


def bounds(period: Mapping[str, Any] | None) -> tuple[str | None, str | None]:
    """Give the start and the end of a Period."""
    held = period or {}
    return time(held.get("start")), time(held.get("end"))


def spoken(value: object) -> str:
    """Write a date for people: 01/03/2024, with the hour when there is one.

    An hour keeps the zone it is told in; one of UTC, in which software writes, is told in French
    time.
    """
    if isinstance(value, str) and _UTC.search(value):
        value = datetime.fromisoformat(value).astimezone(_FRANCE).isoformat()
    match = _PARTS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return ""
    year, month, of_month, hour, minute, *_ = match.groups()
    written = "/".join(part for part in (of_month, month, year) if part)
    return f"{written} {hour}:{minute}" if hour else written
