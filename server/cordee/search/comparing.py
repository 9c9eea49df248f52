"""The prefixes of dates, numbers and quantities, as tests on intervals.

https://hl7.org/fhir/R4/search.html#prefix
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from cordee.search.filter import Operator, Range

_Test: TypeAlias = Callable[[Any, Any, Any, Any], bool]
"""(lo, hi) of the value, (low, high) of the search."""

DATES: Mapping[Operator, _Test] = {
    "eq": lambda lo, hi, low, high: low <= lo and hi <= high,
    "ne": lambda lo, hi, low, high: not (low <= lo and hi <= high),
    "gt": lambda _lo, hi, _low, high: hi > high,
    "lt": lambda lo, _hi, low, _high: lo < low,
    "ge": lambda lo, hi, low, high: hi > high or low <= lo,
    "le": lambda lo, hi, low, high: lo < low or hi <= high,
    "sa": lambda lo, _hi, _low, high: lo >= high,
    "eb": lambda _lo, hi, low, _high: hi <= low,
    "ap": lambda lo, hi, low, high: lo < high and hi > low,
}
"""On half-open intervals of milliseconds."""

NUMBERS: Mapping[Operator, _Test] = {
    "eq": lambda lo, hi, low, high: low <= lo and hi < high,
    "ne": lambda lo, hi, low, high: not (low <= lo and hi < high),
    "gt": lambda _lo, hi, _low, high: hi > high,
    "lt": lambda lo, _hi, low, _high: lo < low,
    "ge": lambda _lo, hi, _low, high: hi >= high,
    "le": lambda lo, _hi, low, _high: lo <= low,
    "sa": lambda lo, _hi, _low, high: lo > high,
    "eb": lambda _lo, hi, low, _high: hi < low,
    "ap": lambda lo, hi, low, high: lo <= high and hi >= low,
}
"""On closed intervals of decimals; the searched one is a point but for eq, ne and ap."""


def holds(filter: Range, lo: int | Decimal, hi: int | Decimal) -> bool:
    """Tell whether an index value satisfies a range filter, its unit apart."""
    table = DATES if isinstance(filter.low, int) else NUMBERS
    return table[filter.operator](lo, hi, filter.low, filter.high)
