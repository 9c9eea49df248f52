"""Makes the check of `fixed[x]`.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_
"""

from collections.abc import Iterator

from cordee.validation.compile.context import Site
from cordee.validation.rules.fixed import fixed
from cordee.validation.rules.profile import NodeRule


def compile_fixed(site: Site) -> Iterator[NodeRule]:
    """Give the check of an element with a fixed value."""
    found = site.definition.value("fixed")
    if found is not None:
        yield fixed(found[0], site.source)
