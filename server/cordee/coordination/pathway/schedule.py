"""When a step is due: durations added to moments, by the clock on the wall.

https://hl7.org/fhir/R4/datatypes.html#Duration
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from cordee.errors import Category, FhirError

Element = dict[str, Any]

LENGTHS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "wk": timedelta(weeks=1),
}
MONTHS = {"mo": 1, "a": 12}


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when something is to be done; `end` None: no term is set."""

    start: datetime
    end: datetime | None = None

    def period(self) -> Element:
        """Write it as a FHIR Period."""
        end = {} if self.end is None else {"end": self.end.isoformat(timespec="seconds")}
        return {"start": self.start.isoformat(timespec="seconds")} | end


def shifted(moment: datetime, duration: Element, sign: int = 1) -> datetime:
    """Add a Duration to a moment, which has a zone: days keep the hour when the clocks change.

    Raises UNPROCESSABLE for a unit that is not one of time.
    """
    value = Decimal(str(duration.get("value", 0))) * sign
    unit = str(duration.get("code") or duration.get("unit") or "d")
    if unit in LENGTHS:
        return moment + LENGTHS[unit] * float(value)
    if unit in MONTHS and value == int(value):
        return _months(moment, int(value) * MONTHS[unit])
    text = f"{value} {unit} is no duration that can be added to a date"
    raise FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")


def window(anchor: datetime, offset: Element, length: Element | None) -> Window:
    """Give the window that an offset from `anchor` opens.

    `offset` is a Duration, a Range of durations (from `low` to `high`), or empty; `length` is how
    long the step may take.
    """
    if "low" in offset or "high" in offset:
        start = shifted(anchor, offset["low"]) if "low" in offset else anchor
        end = shifted(anchor, offset["high"]) if "high" in offset else None
        return Window(start, end)
    start = shifted(anchor, offset) if offset else anchor
    return Window(start, shifted(start, length) if length else None)


def _months(moment: datetime, count: int) -> datetime:
    total = moment.year * 12 + moment.month - 1 + count
    year, month = divmod(total, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
