"""HL7 V3 times as FHIR writes them: `20240301100000+0100` is `2024-03-01T10:00:00+01:00`.

https://hl7.org/fhir/R4/datatypes.html#dateTime
"""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cordee.bridges.cda.reading.node import Node

_PARTS = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)?(\d\d)?(?:\.\d+)?)?)?)?"
    r"([+-](?:(?:0\d|1[0-3])(?:[0-5]\d)?|14(?:00)?))?"
)
_MINUTES = len("2026-01-01T10:00:00+01:00")
_FRANCE = ZoneInfo("Europe/Paris")


def moment(text: str) -> str | None:
    """Give a V3 time as a dateTime, no more precise than it is; None for what is no time.

    Without a zone an hour is one of mainland France.
    """
    match = _PARTS.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        whole = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=_FRANCE,
        )
    except ValueError:
        return None
    if hour is None:
        return "-".join(part for part in (year, month, day) if part)
    written = whole.replace(tzinfo=None).isoformat()
    if zone is None:
        # Before 1911 French clocks went by seconds of their own, which FHIR's zones have not.
        return whole.isoformat()[:_MINUTES]
    return f"{written}{zone[:3]}:{zone[3:] or '00'}"


def time_of(node: Node | None) -> str | None:
    """Give the time that an element's value is, read whole; None when it has none."""
    found = moment(node.get("value")) if node is not None else None
    if found and node is not None:
        node.whole()
    return found


def day_of(node: Node | None) -> str | None:
    """Give the day alone, for elements of type date."""
    found = time_of(node)
    return found[:10] if found else None


def bounds(node: Node | None) -> tuple[str | None, str | None]:
    """Give the start and the end of an interval; a single moment is its start."""
    if node is None:
        return None, None
    at = time_of(node)
    if at:
        return at, None
    low, high = node.one("low"), node.one("high")
    start, end = time_of(low), time_of(high)
    if start and end and high is not None and _backwards(start, end):
        high.unask()
        return start, None
    return start, end


def _backwards(start: str, end: str) -> bool:
    """Tell whether an interval ends before it begins, as far as both are precise."""
    if "T" in start and "T" in end:
        return datetime.fromisoformat(end) < datetime.fromisoformat(start)
    least = min(len(start), len(end), 10)
    return end[:least] < start[:least]


def period(node: Node | None) -> dict[str, str] | None:
    """Give an interval as a Period; a single moment begins and ends it."""
    at = time_of(node)
    if at:
        return {"start": at, "end": at}
    start, end = bounds(node)
    made = {key: value for key, value in (("start", start), ("end", end)) if value}
    return made or None


def effective(node: Node | None, name: str) -> dict[str, Any]:
    """Give `<name>DateTime` or `<name>Period`, as the element is a moment or an interval."""
    at = time_of(node)
    if at:
        return {f"{name}DateTime": at}
    start, end = bounds(node)
    if start and not end:
        return {f"{name}DateTime": start}
    made = {key: value for key, value in (("start", start), ("end", end)) if value}
    return {f"{name}Period": made} if made else {}
