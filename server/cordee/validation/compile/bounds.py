"""Makes the checks of `minValue[x]` and `maxValue[x]`.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.minValue_x_
"""

from collections.abc import Iterator

from cordee.validation.compile.context import Site
from cordee.validation.rules.bounds import largest, smallest
from cordee.validation.rules.profile import NodeRule


def compile_bounds(site: Site) -> Iterator[NodeRule]:
    """Give the checks of an element with a smallest or largest value."""
    for prefix, rule in (("minValue", smallest), ("maxValue", largest)):
        found = site.definition.value(prefix)
        if found is not None:
            bound, kind = found
            yield rule(bound, kind[0].lower() + kind[1:], site.source)
