"""Quantity parameters: a number with a unit, compared across units by UCUM.

https://hl7.org/fhir/R4/search.html#quantity
"""

from collections.abc import Callable, Mapping
from decimal import Context as Arithmetic
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.quantity import canonical
from cordee.search.context import Context
from cordee.search.escape import split, unescape
from cordee.search.filter import Filter, Operator, Range
from cordee.search.parameter import Parameter
from cordee.search.types import number
from cordee.search.values import HIGHEST, LOWEST, IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset({"missing"})
PREFIXES = number.PREFIXES

UCUM = "http://unitsofmeasure.org"
CURRENCIES = "urn:iso:std:iso:4217"

_DECIMAL128 = Arithmetic(prec=34)
_COMPARATORS: Mapping[Any, Callable[[Decimal], tuple[Decimal, Decimal]]] = {
    None: lambda value: (value, value),
    "<": lambda value: (LOWEST, value),
    "<=": lambda value: (LOWEST, value),
    ">": lambda value: (value, HIGHEST),
    ">=": lambda value: (value, HIGHEST),
}


def _quantity(code: str) -> Emit:
    ucum = f"{code}:ucum"

    def emit(value: Any, values: IndexValues) -> None:
        size = number.decimal(value.get("value"))
        interval = _COMPARATORS.get(value.get("comparator"))
        if size is not None and interval is not None:
            _add(values, (code, ucum), interval(size), value)

    return emit


def _money(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        size = number.decimal(value.get("value"))
        if size is not None:
            unit = {"system": CURRENCIES, "code": value.get("currency")}
            _add(values, (code, f"{code}:ucum"), (size, size), unit)

    return emit


def _range(code: str) -> Emit:
    ucum = f"{code}:ucum"

    def emit(value: Any, values: IndexValues) -> None:
        ends = [_object(value.get(name)) for name in ("low", "high")]
        low, high = (number.decimal(end.get("value")) for end in ends)
        if low is not None or high is not None:
            bounds = (LOWEST if low is None else low, HIGHEST if high is None else high)
            _add(values, (code, ucum), bounds, ends[0] or ends[1])

    return emit


def _sampled_data(code: str) -> Emit:
    ucum = f"{code}:ucum"

    def emit(value: Any, values: IndexValues) -> None:
        origin = _object(value.get("origin"))
        zero = number.decimal(origin.get("value"))
        samples = _samples(value)
        if zero is not None and samples:
            low, high = zero + min(samples), zero + max(samples)
            _add(values, (code, ucum), (low, high), origin)

    return emit


OBJECTS: Mapping[str, Callable[[str], Emit]] = {
    **dict.fromkeys(
        ("Quantity", "SimpleQuantity", "MoneyQuantity", "Age", "Duration", "Count", "Distance"),
        _quantity,
    ),
    "Money": _money,
    "Range": _range,
    "SampledData": _sampled_data,
}
"""Element type → what to emit for it, for JSON objects."""

PLAIN: Mapping[str, Callable[[str], Emit]] = number.PLAIN
"""A bare number is a quantity without unit."""


def _object(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}


def _samples(value: dict[str, Any]) -> list[Decimal]:
    factor = number.decimal(value.get("factor")) or Decimal(1)
    # E, U and L stand for an error and for values beyond the limits.
    sizes = map(_sample, str(value.get("data", "")).split())
    return [size * factor for size in sizes if size is not None]


def _sample(word: str) -> Decimal | None:
    try:
        return number.decimal(Decimal(word))
    except InvalidOperation:
        return None


def _add(
    values: IndexValues,
    indexes: tuple[str, str],
    bounds: tuple[Decimal, Decimal],
    unit: dict[str, Any],
) -> None:
    row: dict[str, Any] = {"lo": bounds[0], "hi": bounds[1]}
    for key, name in (("s", "system"), ("c", "code"), ("u", "unit")):
        text = unit.get(name)
        if type(text) is str:
            row[key] = text
    add(values, indexes[0], row)
    if row.get("s") == UCUM and "c" in row:
        found = to_canonical(bounds, row["c"])
        if found is not None:
            add(values, indexes[1], {"lo": found[0], "hi": found[1], "c": found[2]})


def to_canonical(bounds: tuple[Decimal, Decimal], code: str) -> tuple[Decimal, Decimal, str] | None:
    """Express an interval in canonical units; open ends stay open; None for an unknown unit."""
    found = [_convert(bound, code) for bound in bounds]
    if found[0] is None or found[1] is None:
        return None
    low, high = sorted((found[0][0], found[1][0]))
    return low, high, found[0][1]


@lru_cache(maxsize=4_096)
def _convert(bound: Decimal, code: str) -> tuple[Decimal, str] | None:
    is_open = bound in (LOWEST, HIGHEST)
    found = canonical(Decimal(1) if is_open else bound, code)
    if found is None:
        return None
    return (bound if is_open else _DECIMAL128.plus(found[0]), found[1])


def parse(parameter: Parameter, _modifier: str | None, value: str, _context: Context) -> Filter:
    """Read one value: `[prefix]number`, `…|system|code` or `…||unit`."""
    parts = [unescape(part) for part in split(value, "|")]
    if len(parts) not in (1, 3):
        raise FhirError(
            Category.INVALID, f"{parameter.code} wants number or number|system|code, not {value!r}"
        )
    operator, size = number.read(parameter.code, parts[0])
    system, code = (parts[1], parts[2]) if len(parts) == 3 else ("", "")
    return compare(parameter.code, operator, size, system, code)


def compare(index: str, operator: Operator, size: Decimal, system: str, code: str) -> Filter:
    """Make the filter; UCUM quantities compare in canonical units, others by unit as written."""
    bounds = number.bounds(operator, size)
    if system == UCUM and code:
        found = to_canonical(bounds, code)
        if found is not None:
            low, high, unit = found
            return Range(f"{index}:ucum", operator, low, high, code=unit, canonical=True)
    return Range(index, operator, *bounds, system=system or None, code=code or None)
