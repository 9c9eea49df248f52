"""Composite parameters: several values that stand together in one element.

https://hl7.org/fhir/R4/search.html#composite
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from cordee.errors import Category, FhirError
from cordee.search.context import Context
from cordee.search.escape import split
from cordee.search.filter import AnyOf, Composite, Filter, any_of
from cordee.search.parameter import Parameter
from cordee.search.values import IndexValues, add
from cordee.search.walk import Emit, Node

MODIFIERS = frozenset({"missing"})
PREFIXES: frozenset[str] = frozenset()

MOST_ROWS = 1_000
"""Most combinations indexed of one element."""

ELEMENT = "element"
"""The index name under which elements are collected."""

ParseValue = Callable[[Parameter, str | None, str, Context], Filter]


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part's values come from: `node` emits them into the index named by position."""

    node: Node
    from_root: bool = False
    """The expression starts at `%resource`, not at the element."""


def emitter(code: str, elements: Node, parts: tuple[Part, ...]) -> Emit:
    """Emit every combination of the parts' values, element by element.

    `elements` collects the elements that the parameter's own expression gives.
    """

    def emit(root: Any, values: IndexValues) -> None:
        found: IndexValues = {}
        elements.run(root, found)
        for element in found.get(ELEMENT, ()):
            for row in islice(product(*_columns(parts, root, element)), MOST_ROWS):
                add(values, code, {name: item for cell in row for name, item in cell.items()})

    return emit


def collect(value: Any, values: IndexValues) -> None:
    """Emit an element itself."""
    add(values, ELEMENT, value)


def _columns(parts: tuple[Part, ...], root: Any, element: Any) -> list[list[dict[str, Any]]]:
    """Give the parts' values; the last part is the choosiest, so it is looked at first."""
    columns: list[list[dict[str, Any]]] = []
    for position in range(len(parts) - 1, -1, -1):
        column = _column(str(position), parts[position], root, element)
        if not column:
            return [column]
        columns.insert(0, column)
    return columns


def _column(name: str, part: Part, root: Any, element: Any) -> list[dict[str, Any]]:
    found: IndexValues = {}
    part.node.run(root if part.from_root else element, found)
    return _rows(name, found)


def _rows(name: str, found: IndexValues) -> list[dict[str, Any]]:
    """Give a part's values, each with its canonical form beside it where there is one."""
    plain = found.get(name, ())
    second = f"{name}:ucum"
    canonical = found.get(second, ())
    rows = [{name: item if isinstance(item, dict) else {"r": item}} for item in plain]
    if len(canonical) == len(rows):
        for row, item in zip(rows, canonical, strict=True):
            row[second] = item
    return rows


def parse(parameter: Parameter, value: str, context: Context, parse_value: ParseValue) -> Filter:
    """Read one value: as many parts as the parameter has, joined by `$`."""
    texts = split(value, "$")
    if len(texts) != len(parameter.parts):
        raise FhirError(
            Category.INVALID,
            f"{parameter.code} wants {len(parameter.parts)} parts joined by $, not {value!r}",
        )
    parts = tuple(
        parse_value(named(part, str(position)), None, text, context)
        for position, (part, text) in enumerate(zip(parameter.parts, texts, strict=True))
    )
    choices = [part.children if isinstance(part, AnyOf) else (part,) for part in parts]
    return any_of([Composite(parameter.code, choice) for choice in product(*choices)])


def named(part: Parameter, name: str) -> Parameter:
    """Give a part under the index name it has inside the composite."""
    return replace(part, definition=replace(part.definition, code=name))
