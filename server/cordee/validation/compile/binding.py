"""Makes the check of a value set binding, of base definitions and of profiles.

https://hl7.org/fhir/R4/terminologies.html#binding
"""

from collections.abc import Iterator

from cordee.definitions.element import Element
from cordee.validation.compile.context import Site
from cordee.validation.rules.binding import STRENGTHS, at_node, bound_code, bound_concept
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Check
from cordee.validation.vocabulary import Vocabulary

PLAIN = frozenset({"code", "string", "uri"})
"""Bindable types whose value is the code itself."""

CODED = frozenset({"Coding", "CodeableConcept", "Quantity"})

MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"


def compile_binding(element: Element, type_name: str, vocabulary: Vocabulary) -> Iterator[Check]:
    """Give the checks of a base element's binding."""
    binding = element.binding
    if binding is None:
        return
    if binding.value_set:
        yield from _bound(binding.strength, binding.value_set, type_name, vocabulary, element.path)
    if binding.max_value_set:
        yield from _bound("required", binding.max_value_set, type_name, vocabulary, element.path)


def compile_profile_binding(site: Site, *, always: bool = False) -> Iterator[NodeRule]:
    """Give the checks of a profile's binding where it is another than the base's.

    `always` gives them anyway, as slices do that are told apart by their value sets.
    """
    stated = site.element.get("binding") or {}
    strength, value_set = str(stated.get("strength")), stated.get("valueSet")
    widest = next(
        (
            row.get("valueCanonical") or row.get("valueUri")
            for row in stated.get("extension") or ()
            if row.get("url") == MAX_VALUE_SET
        ),
        None,
    )
    base = site.base.binding if site.base else None
    asked = []
    if value_set and (
        always or not base or (base.strength, base.value_set) != (strength, value_set)
    ):
        asked.append((strength, value_set))
    if widest and (always or not base or base.max_value_set != widest):
        asked.append(("required", widest))
    types = {of.get("code") for of in site.definition.types} or {site.type_name}
    for firmness, canonical in asked:
        for name in sorted(str(of) for of in types):
            for check in _bound(firmness, canonical, name, site.sources.vocabulary, site.source):
                yield for_type(name, at_node(check), single=len(types) == 1)


def for_type(name: str, rule: NodeRule, *, single: bool) -> NodeRule:
    """Keep a rule to elements of a type, where the element has several."""
    if single:
        return rule
    return lambda node, run: rule(node, run) if node.type == name else None


def _bound(
    strength: str, value_set: str, type_name: str, vocabulary: Vocabulary, source: str
) -> Iterator[Check]:
    if strength not in STRENGTHS:
        return
    members = vocabulary.value_set(value_set)
    if type_name in PLAIN:
        yield bound_code(strength, members, source)
    elif type_name in CODED:
        yield bound_concept(strength, type_name, members, source)
