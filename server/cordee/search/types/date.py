"""Date parameters: instants, days, periods and timings as half-open intervals.

https://hl7.org/fhir/R4/search.html#date
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from cordee.errors import Category, FhirError
from cordee.resource.date_interval import interval
from cordee.search.context import Context
from cordee.search.filter import Filter, Operator, Range
from cordee.search.parameter import Parameter
from cordee.search.values import EARLIEST, LATEST, IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset({"missing"})
PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})

_PREFIXED = re.compile(r"([a-z]{2})?\s*(\d.*)", re.DOTALL)
_LOST_PLUS = re.compile(r"(T[\d:.]+) (\d\d:\d\d)$")


def _date(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        if type(value) is str and (found := interval(value)):
            add(values, code, {"lo": found[0], "hi": found[1]})

    return emit


def _period(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        if found := period(value):
            add(values, code, {"lo": found[0], "hi": found[1]})

    return emit


def _timing(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        found = [interval(event) for event in _strings(value.get("event"))]
        repeat = value.get("repeat")
        bounds = repeat.get("boundsPeriod") if type(repeat) is dict else None
        found.append(period(bounds) if type(bounds) is dict else None)
        known = [each for each in found if each]
        if known:
            # A schedule lies between its outer limits.
            low, high = min(each[0] for each in known), max(each[1] for each in known)
            add(values, code, {"lo": low, "hi": high})

    return emit


OBJECTS: Mapping[str, Callable[[str], Emit]] = {"Period": _period, "Timing": _timing}
"""Element type → what to emit for it, for JSON objects."""

PLAIN: Mapping[str, Callable[[str], Emit]] = dict.fromkeys(
    ("date", "dateTime", "instant", "string"), _date
)
"""The same for JSON strings; a string is indexed where it holds a date."""


def period(value: dict[str, Any]) -> tuple[int, int] | None:
    """Give a Period's interval; an end not stated is open; None when neither end is known."""
    start, end = value.get("start"), value.get("end")
    first = interval(start) if type(start) is str else None
    last = interval(end) if type(end) is str else None
    if first is None and last is None:
        return None
    return first[0] if first else EARLIEST, last[1] if last else LATEST


def _strings(value: Any) -> Iterable[str]:
    return [item for item in value if type(item) is str] if type(value) is list else ()


def parse(parameter: Parameter, _modifier: str | None, value: str, context: Context) -> Filter:
    """Read one value: an optional prefix and a date of any precision."""
    operator, found = read(parameter.code, value)
    low, high = found
    if operator == "ap":
        low, high = approximate(found, context.now)
    return Range(parameter.code, operator, low, high)


def read(name: str, value: str) -> tuple[Operator, tuple[int, int]]:
    """Read prefix and interval of a date value."""
    match = _PREFIXED.fullmatch(value.strip())
    prefix = (match[1] or "eq") if match else None
    if match is None or prefix not in PREFIXES:
        raise FhirError(
            Category.INVALID, f"{name}: {value!r} is not a date, with or without prefix"
        )
    # A `+` that nobody encoded arrives as a space.
    text = _LOST_PLUS.sub(r"\1+\2", match[2])
    found = interval(text)
    if found is None:
        raise FhirError(Category.INVALID, f"{name}: {text!r} is not a date")
    return cast("Operator", prefix), found


def approximate(found: tuple[int, int], now: int) -> tuple[int, int]:
    """Widen an interval by a tenth of its distance from now, as the specification advises."""
    low, high = found
    distance = now - high if high <= now else max(low - now, 0)
    margin = distance // 10
    return low - margin, high + margin
