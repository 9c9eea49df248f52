"""A smallest and a largest value: numbers, dates, times, quantities.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.minValue_x_
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from cordee.resource.date_interval import interval
from cordee.validation.node import Node
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Run

Ordered: TypeAlias = Callable[[Any], Any]
"""Gives something to compare, or None when the value is not of the kind."""


def smallest(bound: Any, kind: str, source: str) -> NodeRule:
    """Refuse values below the bound."""
    read: Ordered = READERS.get(kind, _text)
    limit = read(bound)

    def check(node: Node, run: Run) -> None:
        value = read(node.value)
        if value is not None and limit is not None and _comparable(value, limit) and value < limit:
            text = _show(node.value)
            run.add("value-too-small", node.place, source=source, value=text, min=_show(bound))

    return check


def largest(bound: Any, kind: str, source: str) -> NodeRule:
    """Refuse values above the bound."""
    read: Ordered = READERS.get(kind, _text)
    limit = read(bound)

    def check(node: Node, run: Run) -> None:
        value = read(node.value)
        if value is not None and limit is not None and _comparable(value, limit) and value > limit:
            text = _show(node.value)
            run.add("value-too-large", node.place, source=source, value=text, max=_show(bound))

    return check


def _comparable(value: Any, limit: Any) -> bool:
    return type(value) is type(limit)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _instant(value: Any) -> int | None:
    found = interval(value) if isinstance(value, str) else None
    return found[0] if found else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('value', '')} {value.get('unit') or value.get('code') or ''}".strip()
    return excerpt(value)


READERS: dict[str, Ordered] = {
    "date": _instant,
    "dateTime": _instant,
    "instant": _instant,
    "time": _text,
    "decimal": _number,
    "integer": _number,
    "positiveInt": _number,
    "unsignedInt": _number,
}
"""Type of the bound → how to read a value for comparison."""
