"""Makes the check of a value set binding.

https://hl7.org/fhir/R4/terminologies.html#binding
"""

from collections.abc import Iterator
from functools import cache

from cordee.definitions.element import Element
from cordee.validation.compile.context import Site
from cordee.validation.rules.binding import Codes, bound, required_code, required_coding
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Check

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


def compile_profile_binding(site: Site, *, always: bool = False) -> Iterator[NodeRule]:
    """Give the check of a profile's binding where it is another than the base's.

    `always` gives it anyway, as slices do that are told apart by their value sets.
    """
    stated = site.element.get("binding") or {}
    strength, value_set = stated.get("strength"), stated.get("valueSet")
    if not value_set or strength not in {"required", "extensible"}:
        return
    base = site.base.binding if site.base else None
    same = base and (base.strength, base.value_set) == (strength, value_set)
    if same and not always:
        return
    yield bound(strength, value_set, cache(lambda: site.sources.codes(value_set)), site.source)
