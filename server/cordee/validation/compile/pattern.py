"""Makes the check of `pattern[x]`.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_
"""

from collections.abc import Iterator

from cordee.validation.compile.context import Site
from cordee.validation.rules.pattern import Pattern
from cordee.validation.rules.profile import NodeRule


def compile_pattern(site: Site) -> Iterator[NodeRule]:
    """Give the check of an element with a pattern."""
    found = site.definition.value("pattern")
    if found is not None:
        yield Pattern(found[0], site.source)
