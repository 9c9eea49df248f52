"""Parameters that say how to answer: order, number, totals, parts.

https://hl7.org/fhir/R4/search.html#return
"""

from collections.abc import Callable, Mapping
from typing import Any

from cordee.errors import Category, FhirError
from cordee.search.context import Context
from cordee.search.criterion import UnknownParameterError, find
from cordee.search.values import SortKey

TOTALS = frozenset({"none", "estimate", "accurate"})
SUMMARIES = frozenset({"true", "text", "data", "count", "false"})
IGNORED = frozenset({"_format", "_pretty"})
"""Other layers read them; they do not belong to the search."""
REFUSED: Mapping[str, str] = {
    "_query": "named queries are not served",
    "_containedType": "contained resources are never searched by themselves",
}
_UNSORTABLE = frozenset({"composite", "special"})
_MOST_DIGITS = 9


def sort(context: Context, type: str | None, value: str) -> tuple[SortKey, ...]:
    """Read `_sort`: parameter codes separated by commas, `-` for descending."""
    keys: list[SortKey] = []
    for text in value.split(","):
        name = text.strip()
        code = name.removeprefix("-")
        parameter = find(context, type, code)
        if parameter is None:
            raise UnknownParameterError(code, type)
        if parameter.kind in _UNSORTABLE:
            raise FhirError(Category.UNSUPPORTED, f"_sort: {code} has no order")
        keys.append(SortKey(code, parameter.kind, name.startswith("-")))
    return tuple(keys)


def count(value: str) -> int:
    """Read `_count`; 0 asks for the total only."""
    if not (value.isascii() and value.isdigit()):
        raise FhirError(Category.INVALID, f"_count must be a number from 0, not {value!r}")
    return int(value[-_MOST_DIGITS:]) if len(value) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _one_of(name: str, allowed: frozenset[str]) -> Callable[[str], Any]:
    def read(value: str) -> str:
        if value not in allowed:
            choices = ", ".join(sorted(allowed))
            raise FhirError(Category.INVALID, f"{name} must be one of {choices}, not {value!r}")
        return value

    return read


def elements(value: str) -> tuple[str, ...]:
    """Read `_elements`: names of top-level elements."""
    names = tuple(name for text in value.split(",") if (name := text.strip()))
    if not names or not all(name.replace(".", "").isalnum() for name in names):
        raise FhirError(Category.INVALID, f"_elements wants element names, not {value!r}")
    return names


SIMPLE: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "_count": ("count", count),
    "_total": ("total", _one_of("_total", TOTALS)),
    "_summary": ("summary", _one_of("_summary", SUMMARIES)),
    "_elements": ("elements", elements),
}
"""Parameter → the field of the request it fills, and how it is read."""


def contained(value: str) -> None:
    """Check `_contained`: only the default, `false`, is served."""
    if value != "false":
        raise FhirError(
            Category.UNSUPPORTED, f"_contained={value}: contained resources are not searched"
        )
