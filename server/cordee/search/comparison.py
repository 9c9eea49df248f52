"""The comparisons of `_filter`, by the type of the parameter.

https://hl7.org/fhir/R4/search_filter.html
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from cordee.errors import Category, FhirError
from cordee.resource.folding import fold_words
from cordee.search import criterion
from cordee.search.context import Context
from cordee.search.escape import escape
from cordee.search.filter import (
    AnyOf,
    Filter,
    Ids,
    Not,
    Range,
    Text,
    Uri,
)
from cordee.search.parameter import Kind, Parameter

_Compare = Callable[[Parameter, str, Context], Filter]


def compare(context: Context, type: str | None, code: str, operation: str, value: str) -> Filter:
    """Make the filter of `code operation value`."""
    if operation == "pr":
        return criterion.of_type(context, type, code, "missing", _absent(code, value))
    if code in criterion.SPECIAL:
        return _special(context, type, code, operation, value)
    parameter = criterion.find(context, type, code)
    if parameter is None:
        raise criterion.UnknownParameterError(code, type)
    found = _OPERATIONS.get(parameter.kind, {}).get(operation)
    if found is None:
        raise FhirError(
            Category.UNSUPPORTED,
            f"_filter: {operation!r} does not apply to {code}, which is a {parameter.kind}",
        )
    return found(parameter, value, context)


def _absent(code: str, value: str) -> str:
    if value not in criterion.MISSING:
        raise FhirError(Category.INVALID, f"_filter: {code} pr wants true or false")
    return "false" if value == "true" else "true"


def _special(context: Context, type: str | None, code: str, operation: str, value: str) -> Filter:
    found = criterion.of_type(context, type, code, None, value if code != "_id" else escape(value))
    if operation == "eq" or (operation == "co" and code in ("_text", "_content")):
        return found
    if operation == "ne" and isinstance(found, Ids):
        return Not(found)
    raise FhirError(Category.UNSUPPORTED, f"_filter: {operation!r} does not apply to {code}")


def _text(mode: str) -> _Compare:
    def make(parameter: Parameter, value: str, _context: Context) -> Filter:
        folded = fold_words(value)
        if not folded:
            raise FhirError(Category.INVALID, f"_filter: {parameter.code} wants a text")
        return replace(Text(parameter.code, folded), mode=mode)  # type: ignore[arg-type]

    return make


def _plain(modifier: str | None = None) -> _Compare:
    def make(parameter: Parameter, value: str, context: Context) -> Filter:
        return criterion.of_parameter(parameter, modifier, value.replace(",", "\\,"), context)

    return make


def _prefixed(prefix: str) -> _Compare:
    def make(parameter: Parameter, value: str, context: Context) -> Filter:
        return criterion.of_parameter(parameter, None, prefix + value, context)

    return make


def _overlaps(parameter: Parameter, value: str, context: Context) -> Filter:
    found = criterion.of_parameter(parameter, None, value, context)
    assert isinstance(found, Range)
    # `ap` is the overlap of two intervals; the value is taken as it stands, not widened.
    return replace(found, operator="ap")


def _unequal(equal: _Compare) -> _Compare:
    def make(parameter: Parameter, value: str, context: Context) -> Filter:
        return Not(equal(parameter, value, context))

    return make


def _uri_begins(parameter: Parameter, value: str, _context: Context) -> Filter:
    return AnyOf((Uri(parameter.code, value), Uri(parameter.code, value.rstrip("/"), "below")))


_ORDER: Mapping[str, _Compare] = {
    prefix: _prefixed(prefix) for prefix in ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
}

_OPERATIONS: Mapping[Kind, Mapping[str, _Compare]] = {
    "string": {
        "eq": _text("whole"),
        "ne": _unequal(_text("whole")),
        "co": _text("contains"),
        "sw": _text("prefix"),
        "ew": _text("suffix"),
    },
    "token": {
        "eq": _plain(),
        "ne": _unequal(_plain()),
        "in": _plain("in"),
        "ni": _plain("not-in"),
        "ss": _plain("above"),
        "sb": _plain("below"),
        "co": _plain("text"),
        "sw": _plain("text"),
    },
    "reference": {"eq": _plain(), "re": _plain(), "ne": _unequal(_plain())},
    "uri": {
        "eq": _plain(),
        "ne": _unequal(_plain()),
        "sw": _uri_begins,
        "sb": _plain("below"),
        "ss": _plain("above"),
    },
    "date": {**_ORDER, "po": _overlaps},
    "number": _ORDER,
    "quantity": _ORDER,
    "composite": {"eq": _plain(), "ne": _unequal(_plain())},
    "special": {"eq": _plain()},
}
"""Parameter type → operation → what makes the filter."""
