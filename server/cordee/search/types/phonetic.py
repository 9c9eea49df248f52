"""The string parameter `phonetic`: names by how they sound.

https://hl7.org/fhir/R4/patient.html#search
"""

from collections.abc import Callable, Mapping
from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.folding import fold
from cordee.search.context import Context
from cordee.search.escape import unescape
from cordee.search.filter import Filter, Text, all_of
from cordee.search.parameter import Parameter
from cordee.search.phonetic import phonetic_key
from cordee.search.values import IndexValues, add
from cordee.search.walk import Emit

MODIFIERS = frozenset({"missing"})
PREFIXES: frozenset[str] = frozenset()

URL = "http://hl7.org/fhir/SearchParameter/individual-phonetic"
"""The parameter that is searched this way."""


def _human_name(code: str) -> Emit:
    def emit(value: Any, values: IndexValues) -> None:
        given = value.get("given")
        for text in (value.get("family"), *(given if type(given) is list else ())):
            if type(text) is str:
                for key in keys(text):
                    add(values, code, {"f": key, "x": key})

    return emit


def keys(text: str) -> list[str]:
    """Give the keys of the words of a name."""
    words = fold(text).replace("-", " ").split()
    return [key for word in words if (key := phonetic_key(word))]


OBJECTS: Mapping[str, Callable[[str], Emit]] = {"HumanName": _human_name}
"""Element type → what to emit for it, for JSON objects."""

PLAIN: Mapping[str, Callable[[str], Emit]] = {}
"""Only names are searched by sound."""


def parse(parameter: Parameter, _modifier: str | None, value: str, _context: Context) -> Filter:
    """Read one value: every word of it must sound like a word of the name."""
    found = keys(unescape(value))
    if not found:
        raise FhirError(Category.INVALID, f"{parameter.code}: {value!r} has no sound")
    return all_of([Text(parameter.code, key, "exact") for key in found])
