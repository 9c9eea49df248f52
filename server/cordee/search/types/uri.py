"""Uri parameters: equal to the letter, or along their path with `:below` and `:above`.

https://hl7.org/fhir/R4/search.html#uri
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from cordee.errors import Category, FhirError
from cordee.search.context import Context
from cordee.search.escape import unescape
from cordee.search.filter import Filter, Uri
from cordee.search.parameter import Parameter
from cordee.search.values import IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset({"missing", "below", "above"})
PREFIXES: frozenset[str] = frozenset()

_MODES: Mapping[str | None, Literal["below", "above"]] = {"below": "below", "above": "above"}


def _uri(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        if type(value) is str:
            add(values, code, value)

    return emit


def _canonical(code: str) -> Emit:
    """A canonical with a version is found with and without it."""

    def emit(value: Any, values: IndexValues) -> None:
        if type(value) is str:
            add(values, code, value)
            url, bar, _ = value.partition("|")
            if bar:
                add(values, code, url)

    return emit


OBJECTS: Mapping[str, Callable[[str], Emit]] = {}
"""No JSON object is a uri."""

PLAIN: Mapping[str, Callable[[str], Emit]] = {
    **dict.fromkeys(("uri", "url", "oid", "uuid", "string", "code", "id"), _uri),
    "canonical": _canonical,
}
"""Element type → what to emit for it, for JSON strings."""


def parse(parameter: Parameter, modifier: str | None, value: str, _context: Context) -> Filter:
    """Read one value."""
    text = unescape(value)
    mode = _MODES.get(modifier)
    if mode is None:
        return Uri(parameter.code, text)
    if text.startswith("urn:"):
        raise FhirError(
            Category.INVALID, f"{parameter.code}:{modifier} follows paths, which {text!r} has not"
        )
    return Uri(parameter.code, text.rstrip("/"), mode)
