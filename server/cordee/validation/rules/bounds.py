"""A smallest and a largest value: numbers, dates, times, quantities, ages.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.minValue_x_
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from cordee.resource.date_interval import interval, milliseconds
from cordee.resource.quantity import convert
from cordee.validation.node import Node
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Run

Pair: TypeAlias = Callable[[Any, Any, int], tuple[Any, Any] | None]
"""Gives a value and a bound in a form that can be ordered; None when they cannot be compared.

The number is -1 for a smallest value and 1 for a largest: the side of today a duration is on.
"""


def smallest(bound: Any, kind: str, source: str) -> NodeRule:
    """Refuse values below the bound."""
    pair = PAIRS.get(kind, _texts)

    def check(node: Node, run: Run) -> None:
        found = pair(node.value, bound, -1)
        if found is not None and found[0] < found[1]:
            text = show(node.value)
            run.add("value-too-small", node.place, source=source, value=text, min=show(bound))

    return check


def largest(bound: Any, kind: str, source: str) -> NodeRule:
    """Refuse values above the bound."""
    pair = PAIRS.get(kind, _texts)

    def check(node: Node, run: Run) -> None:
        found = pair(node.value, bound, 1)
        if found is not None and found[0] > found[1]:
            text = show(node.value)
            run.add("value-too-large", node.place, source=source, value=text, max=show(bound))

    return check


def show(value: Any) -> str:
    """Write a value for a message: quantities as number and unit."""
    if isinstance(value, dict):
        return f"{value.get('value', '')} {value.get('unit') or value.get('code') or ''}".strip()
    return excerpt(value)


def _numbers(value: Any, bound: Any, _side: int) -> tuple[Any, Any] | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return value, bound


def _instants(value: Any, bound: Any, _side: int) -> tuple[Any, Any] | None:
    found = interval(value) if isinstance(value, str) else None
    limit = interval(bound)
    return (found[0], limit[0]) if found and limit else None


def _texts(value: Any, bound: Any, _side: int) -> tuple[Any, Any] | None:
    return (value, bound) if isinstance(value, str) and isinstance(bound, str) else None


def _quantities(value: Any, bound: Any, side: int) -> tuple[Any, Any] | None:
    """Compare two quantities after conversion; a date is compared with today plus a duration."""
    if isinstance(value, str):
        return _ages(value, bound, side)
    number = value.get("value") if isinstance(value, dict) else None
    limit, unit = bound.get("value"), bound.get("code")
    if isinstance(number, bool) or not isinstance(number, int | Decimal) or limit is None:
        return None
    if unit is None or value.get("code") == unit:
        return number, limit
    if not isinstance(value.get("code"), str):
        return None
    converted = convert(Decimal(number), value["code"], unit)
    return None if converted is None else (converted, limit)


def _ages(value: str, bound: Any, side: int) -> tuple[Any, Any] | None:
    found = interval(value)
    days = convert(Decimal(bound.get("value", 0)), str(bound.get("code")), "d")
    if found is None or days is None:
        return None
    limit = datetime.now(UTC) + side * timedelta(days=float(days))
    return found[0], milliseconds(limit)


PAIRS: dict[str, Pair] = {
    "date": _instants,
    "dateTime": _instants,
    "instant": _instants,
    "time": _texts,
    "decimal": _numbers,
    "integer": _numbers,
    "positiveInt": _numbers,
    "unsignedInt": _numbers,
    "quantity": _quantities,
    "duration": _quantities,
    "age": _quantities,
}
"""Type of the bound → how a value is compared with it."""
