"""A primitive value: its JSON kind, its form, its range.

https://hl7.org/fhir/R4/datatypes.html#primitive
https://hl7.org/fhir/R4/json.html#primitive
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from cordee.resource.primitives import from_text
from cordee.validation.place import Place
from cordee.validation.run import Check, Run

Test: TypeAlias = Callable[[Any], bool]
"""Tells whether a JSON value is a value of the type."""


def primitive(type_name: str, test: Test, expected: str) -> Check:
    """Make the check of one primitive type; `expected` names the JSON kind for the message."""

    def check(value: Any, place: Place, run: Run) -> None:
        if not test(value):
            _explain(value, type_name, expected, place, run)
        elif type(value) is str and (value.isspace() or not value):
            run.add("primitive-blank", place, type=type_name)

    return check


def _explain(value: Any, type_name: str, expected: str, place: Place, run: Run) -> None:
    found = json_kind(value)
    if found != expected and not (found == "string" and from_text(type_name, value) == value):
        # Text that would be a value if XML had it; other text is wrong in both formats.
        run.add("json-kind", place, expected=expected, found=found, type=type_name)
    elif value == "":
        run.add("primitive-empty", place, type=type_name)
    else:
        run.add("primitive-format", place, type=type_name, value=excerpt(value))


KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (dict, "object"),
    (list, "array"),
    (str, "string"),
    (bool, "boolean"),
    ((int, float, Decimal), "number"),
)


def json_kind(value: Any) -> str:
    """Name the JSON kind of a parsed value."""
    return next((name for kinds, name in KINDS if isinstance(value, kinds)), "null")


def excerpt(value: Any, length: int = 80) -> str:
    """Give a value short enough for a message; what is no text, as JSON has it."""
    jsonic = isinstance(value, bool | dict | list)
    text = json.dumps(value, ensure_ascii=False, default=str) if jsonic else str(value)
    return text if len(text) <= length else text[: length - 1] + "…"
