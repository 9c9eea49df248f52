"""String parameters: names, addresses, titles; without case and accents unless `:exact`.

https://hl7.org/fhir/R4/search.html#string
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.folding import fold_words
from cordee.search.context import Context
from cordee.search.escape import unescape
from cordee.search.filter import Filter, Text
from cordee.search.parameter import Parameter
from cordee.search.values import IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset({"missing", "exact", "contains"})
PREFIXES: frozenset[str] = frozenset()

ADDRESS_PARTS = ("text", "line", "city", "district", "state", "postalCode", "country")

# Names and places recur, from resource to resource and from parameter to parameter.
_folded = lru_cache(maxsize=32_768)(fold_words)


def _string(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        _add(values, code, value)

    return emit


def _human_name(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        family, given = value.get("family"), _strings(value.get("given"))
        _add(values, code, family)
        for part in given:
            _add(values, code, part)
        for name in ("prefix", "suffix"):
            if name in value:
                for part in _strings(value[name]):
                    _add(values, code, part)
        _add(values, code, value.get("text"))
        if type(family) is str and given:
            # People type whole names, in either order.
            joined = " ".join(given)
            _add(values, code, f"{joined} {family}")
            _add(values, code, f"{family} {joined}")
            if len(given) > 1:
                # Nor do they type all of somebody's given names.
                _add(values, code, f"{given[0]} {family}")

    return emit


def _address(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        for name in ADDRESS_PARTS:
            part = value.get(name)
            if part is not None:
                for text in _strings(part):
                    _add(values, code, text)

    return emit


def _text_of(name: str) -> Callable[[str], Emit]:
    def make(code: str) -> Emit:
        def emit(value: Any, values: IndexValues) -> None:
            _add(values, code, value.get(name))

        return emit

    return make


OBJECTS: Mapping[str, Callable[[str], Emit]] = {
    "HumanName": _human_name,
    "Address": _address,
    "CodeableConcept": _text_of("text"),
    "Coding": _text_of("display"),
    "Annotation": _text_of("text"),
}
"""Element type → what to emit for it, for JSON objects."""

PLAIN: Mapping[str, Callable[[str], Emit]] = dict.fromkeys(
    ("string", "markdown", "code", "id", "uri", "url", "canonical"), _string
)
"""The same for JSON strings."""


def _strings(value: Any) -> Sequence[str]:
    if type(value) is list:
        return [item for item in value if type(item) is str]
    return (value,) if type(value) is str else ()


def _add(values: IndexValues, index: str, text: Any) -> None:
    if type(text) is str and (folded := _folded(text)):
        add(values, index, {"f": folded, "x": text})


def parse(parameter: Parameter, modifier: str | None, value: str, _context: Context) -> Filter:
    """Read one value: a prefix, or a part or the whole by modifier."""
    text = unescape(value)
    if modifier == "exact":
        return Text(parameter.code, text, "exact")
    folded = fold_words(text)
    if not folded:
        raise FhirError(Category.INVALID, f"{parameter.code}: the value is blank")
    return Text(parameter.code, folded, "contains" if modifier == "contains" else "prefix")
