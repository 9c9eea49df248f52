"""A SearchParameter whose expression can be read, and that keeps to what it is derived from.

https://hl7.org/fhir/R4/searchparameter.html
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee import fhirpath
from cordee.definitions.element import Schema
from cordee.fhirpath import FhirPathError
from cordee.fhirpath.lexer import MAX_LENGTH
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Check, Run

Finder: TypeAlias = Callable[[str], Resource | None]
"""Gives a SearchParameter by canonical."""


def search_parameter(schema: Schema, find: Finder) -> Check:
    """Check the expression, the base and the components of a SearchParameter."""

    def check(value: Any, place: Place, run: Run) -> None:
        bases = texts(value.get("base"))
        _check_expression(value.get("expression"), bases, schema, place, run)
        components = value.get("component")
        if value.get("type") == "composite" and len(listed(components)) < 2:
            run.add("search-parameter-components", place)
        origin = find(str(value.get("derivedFrom"))) if "derivedFrom" in value else None
        if origin is not None:
            for name in bases:
                if name not in (origin.get("base") or ()) and "Resource" not in origin["base"]:
                    run.add("search-parameter-base", place, base=name, origin=origin["url"])

    return check


def texts(value: Any) -> list[str]:
    """Give the strings of an array, whatever was found in its place."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _check_expression(text: Any, bases: list[str], schema: Schema, place: Place, run: Run) -> None:
    """Ask that each alternative of an expression can be used for one base at least."""
    if not isinstance(text, str):
        return
    at: Place = (place, "expression", -1)
    # What is too long to be read as one expression is not taken apart either.
    parts = alternatives(text) if len(text) <= MAX_LENGTH else [text]
    for part in dict.fromkeys(parts):
        run.budget.spend()
        reasons = [reason for base in bases if (reason := _reason(part, base, schema))]
        if bases and len(reasons) == len(bases):
            names = ", ".join(bases)
            run.add("search-parameter-expression", at, base=names, reason=excerpt(reasons[0], 200))


def _reason(text: str, base: str, schema: Schema) -> str | None:
    """Give why an expression cannot be used for a type; None when it can."""
    try:
        fhirpath.compile(text, schema, base, strict=True)
    except FhirPathError as reason:
        return str(reason)
    return None


def alternatives(text: str) -> list[str]:
    """Split an expression at the `|` that stand outside brackets and quotes."""
    parts, depth, quoted = [""], 0, False
    for character in text:
        quoted = quoted != (character == "'")
        if not quoted:
            depth += (character in "([") - (character in ")]")
        if character == "|" and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]
