"""Number parameters: as precise as they are written.

https://hl7.org/fhir/R4/search.html#number
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from cordee.errors import Category, FhirError
from cordee.resource.precision import approximate_range, implicit_range
from cordee.search.context import Context
from cordee.search.escape import unescape
from cordee.search.filter import Filter, Operator, Range
from cordee.search.parameter import Parameter
from cordee.search.values import HIGHEST, LOWEST, IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset({"missing"})
PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})

_PREFIXED = re.compile(r"([a-z]{2})?\s*([+-]?\d.*|[+-]?\.\d.*)", re.DOTALL)
_LARGEST_EXPONENT = 300


def _number(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        if (number := decimal(value)) is not None:
            add(values, code, {"lo": number, "hi": number})

    return emit


def _range(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        low, high = (_bound(value.get(name)) for name in ("low", "high"))
        if low is not None or high is not None:
            add(
                values,
                code,
                {"lo": LOWEST if low is None else low, "hi": HIGHEST if high is None else high},
            )

    return emit


OBJECTS: Mapping[str, Callable[[str], Emit]] = {"Range": _range}
"""Element type → what to emit for it, for JSON objects."""

PLAIN: Mapping[str, Callable[[str], Emit]] = dict.fromkeys(
    ("decimal", "integer", "positiveInt", "unsignedInt"), _number
)
"""The same for JSON numbers."""


def decimal(value: Any) -> Decimal | None:
    """Give a JSON number as a Decimal that a decimal128 can hold, None for anything else."""
    if isinstance(value, Decimal) and value.is_finite():
        return value if abs(value.adjusted()) <= _LARGEST_EXPONENT else None
    return Decimal(value) if type(value) is int else None


def _bound(value: Any) -> Decimal | None:
    return decimal(value.get("value")) if type(value) is dict else None


def parse(parameter: Parameter, _modifier: str | None, value: str, _context: Context) -> Filter:
    """Read one value: an optional prefix and a number."""
    operator, number = read(parameter.code, unescape(value))
    low, high = bounds(operator, number)
    return Range(parameter.code, operator, low, high)


def read(name: str, value: str) -> tuple[Operator, Decimal]:
    """Read prefix and number."""
    match = _PREFIXED.fullmatch(value.strip())
    prefix = (match[1] or "eq") if match else None
    if match is None or prefix not in PREFIXES:
        raise FhirError(
            Category.INVALID, f"{name}: {value!r} is not a number, with or without prefix"
        )
    try:
        number = decimal(Decimal(match[2]))
    except InvalidOperation:
        number = None
    if number is None:
        raise FhirError(Category.INVALID, f"{name}: {match[2]!r} is not a number")
    return cast("Operator", prefix), number


def bounds(operator: Operator, number: Decimal) -> tuple[Decimal, Decimal]:
    """Give the searched interval: precision counts for eq and ne, a tenth for ap, else a point."""
    if operator in ("eq", "ne"):
        return implicit_range(number)
    return approximate_range(number) if operator == "ap" else (number, number)
