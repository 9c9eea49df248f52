"""Makes the check of a value set binding.

https://hl7.org/fhir/R4/terminologies.html#binding
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

from cordee.definitions.element import Element
from cordee.validation.rules.binding import Members, required_code, required_coding
from cordee.validation.run import Check

Codes: TypeAlias = Callable[[str], Members | None]
"""Gives the members of a value set by canonical; None when they cannot be listed."""

PLAIN = frozenset({"code", "string", "uri"})
"""Bindable types whose value is the code itself."""

CODED = frozenset({"Coding", "CodeableConcept", "Quantity"})


def compile_binding(element: Element, type_name: str, codes: Codes) -> Iterator[Check]:
    """Give the check of an element's required binding; the other strengths ask nothing here."""
    binding = element.binding
    if binding is None or binding.value_set is None or binding.strength != "required":
        return
    value_set = binding.value_set
    expansion = cache(lambda: codes(value_set))
    if type_name in PLAIN:
        yield required_code(value_set, expansion, element.path)
    elif type_name in CODED:
        yield required_coding(value_set, expansion, element.path)
