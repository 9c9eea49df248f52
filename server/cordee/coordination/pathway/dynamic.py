"""Dynamic values: elements of a request that an expression fills.

https://hl7.org/fhir/R4/plandefinition-definitions.html#PlanDefinition.action.dynamicValue
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from cordee.coordination.expressions import Expressions
from cordee.errors import Category, FhirError
from cordee.resource.types import Resource

Element = dict[str, Any]

_PART = re.compile(r"([a-z][A-Za-z0-9]*)(?:\[(\d{1,3})\])?")


def with_dynamic_values(
    request: Resource, values: Iterable[Element], expressions: Expressions
) -> Resource:
    """Give the request with each value at its path; a value that is empty changes nothing.

    Paths go by names and indexes ("input[0].valueString"). Raises UNPROCESSABLE for others.
    """
    made = deepcopy(request)
    for value in values:
        found = expressions.one(value.get("expression", {}))
        if found is not None:
            _set(made, value.get("path", ""), found)
    return made


def _set(target: Element, path: str, value: Any) -> None:
    *before, last = [_part(text, path) for text in path.removeprefix("%action.").split(".")]
    for name, index in before:
        target = _step(target, name, index)
    name, index = last
    if index is None:
        target[name] = value
        return
    rows = target.setdefault(name, [])
    _grow(rows, index, path)
    rows[index] = value


def _step(target: Element, name: str, index: int | None) -> Element:
    if index is None:
        found = target.setdefault(name, {})
        inner: Element = found[0] if isinstance(found, list) else found
        return inner
    rows = target.setdefault(name, [])
    _grow(rows, index, name)
    row: Element = rows[index]
    return row


def _grow(rows: list[Any], index: int, path: str) -> None:
    if index > len(rows):
        text = f"The path {path} leaves a gap in a list"
        raise FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")
    if index == len(rows):
        rows.append({})


def _part(text: str, path: str) -> tuple[str, int | None]:
    found = _PART.fullmatch(text)
    if found is None:
        raise FhirError(
            Category.UNPROCESSABLE,
            f"The path {path!r} of a dynamic value is no path of elements",
            expression="PlanDefinition.action",
        )
    return found[1], int(found[2]) if found[2] else None
