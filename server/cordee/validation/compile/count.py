"""Makes the checks of a profile's cardinalities, where they are tighter than the base's.

https://hl7.org/fhir/R4/profiling.html#cardinality
"""

from collections.abc import Iterator

from cordee.validation.compile.context import Site
from cordee.validation.rules.count import AtLeast, AtMost
from cordee.validation.rules.profile import ListRule


def compile_count(site: Site) -> Iterator[ListRule]:
    """Give the checks of an element or slice."""
    definition, base = site.definition, site.base
    is_slice = definition.slice_name is not None
    name = f"{definition.name}:{definition.slice_name}" if is_slice else definition.name
    least = int(definition.element.get("min") or 0)
    if least and (is_slice or base is None or least > base.min):
        yield AtLeast(name, least, site.source)
    most = definition.element.get("max") or "*"
    if most != "*" and (is_slice or base is None or base.max is None or int(most) < base.max):
        yield AtMost(name, int(most), site.source)
