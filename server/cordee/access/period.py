"""Periods that cover a moment, and when that will be otherwise.

https://hl7.org/fhir/R4/datatypes.html#Period
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cordee.resource.date_interval import interval

NEVER = 2**62


@dataclass(slots=True)
class Clock:
    """A moment, in milliseconds, and the next one at which some period looked at begins or ends."""

    now: int
    until: int = NEVER

    def covers(self, period: object) -> bool:
        """Tell whether a Period covers the moment; absent bounds are open, unreadable ones shut.

        A day that ends a period belongs to it.
        """
        if period is None:
            return True
        found = ends(period)
        if found is None:
            return False
        start, end = found
        self.turn(start)
        self.turn(end)
        return start <= self.now < end

    def turn(self, edge: int) -> None:
        """Note a moment at which rights change."""
        if edge > self.now:
            self.until = min(self.until, edge)


def ends(period: object) -> tuple[int, int] | None:
    """Give where a Period begins and where it is over; None where that cannot be told."""
    if not isinstance(period, Mapping):
        return None
    start, end = _bound(period.get("start"), 0), _bound(period.get("end"), 1)
    return None if start is None or end is None else (start, end)


def _bound(text: Any, side: int) -> int | None:
    if text is None:
        return (-NEVER, NEVER)[side]
    found = interval(text) if isinstance(text, str) else None
    return None if found is None else found[side]
