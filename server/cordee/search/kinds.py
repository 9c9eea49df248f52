"""The table of search parameter types: one module each.

https://hl7.org/fhir/R4/search.html#ptypes
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from cordee.search.context import Context
from cordee.search.filter import Filter
from cordee.search.parameter import Kind, Parameter
from cordee.search.types import (
    date,
    number,
    phonetic,
    quantity,
    reference,
    special,
    string,
    token,
    uri,
)
from cordee.search.walk import Emit


class SearchType(Protocol):
    """What each module of `search.types` offers, `composite` apart."""

    MODIFIERS: frozenset[str]
    """The modifiers it accepts."""
    PREFIXES: frozenset[str]
    """The comparison prefixes it accepts."""
    OBJECTS: Mapping[str, Callable[[str], Emit]]
    """Element type → what to emit, for JSON objects."""
    PLAIN: Mapping[str, Callable[[str], Emit]]
    """Element type → what to emit, for other JSON values."""

    def parse(
        self, parameter: Parameter, modifier: str | None, value: str, context: Context, /
    ) -> Filter:
        """Read one value of a URL."""
        ...


TYPES: Mapping[Kind, SearchType] = {
    "number": number,
    "date": date,
    "string": string,
    "token": token,
    "reference": reference,
    "quantity": quantity,
    "uri": uri,
    "special": special,
}
"""Search parameter type → its module; `composite` is made of these."""


EXCEPTIONS: Mapping[str, SearchType] = {phonetic.URL: phonetic}
"""Canonical of a parameter → its module, where that is not the one of its type."""


def type_of(parameter: Parameter) -> SearchType:
    """Give the module that serves a parameter, which must not be a composite."""
    return EXCEPTIONS.get(parameter.definition.url) or TYPES[parameter.kind]
