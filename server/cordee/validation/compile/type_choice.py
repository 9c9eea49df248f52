"""Makes the check of the types that a profile leaves.

https://hl7.org/fhir/R4/profiling.html#limits
"""

from collections.abc import Iterator

from cordee.definitions.structure import BASE
from cordee.validation.compile.context import PLACEHOLDERS, Site
from cordee.validation.rules.profile import NodeRule
from cordee.validation.rules.type_choice import one_of_types

ANY_RESOURCE = frozenset({"Resource", "DomainResource"})


def compile_type_choice(site: Site) -> Iterator[NodeRule]:
    """Give the check of an element whose types the profile narrows."""
    base = site.base
    if base is None or not site.definition.types:
        return
    allowed = {of.get("code", "").removeprefix(BASE) for of in site.definition.types}
    if not allowed.isdisjoint(ANY_RESOURCE | PLACEHOLDERS):
        return
    before = {of.code for of in base.types}
    if allowed != before and (base.is_choice or not before.isdisjoint(ANY_RESOURCE)):
        yield one_of_types(frozenset(allowed), site.source)
