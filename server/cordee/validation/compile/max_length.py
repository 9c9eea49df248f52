"""Makes the check of `maxLength`.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.maxLength
"""

from collections.abc import Iterator

from cordee.validation.compile.context import Site
from cordee.validation.rules.max_length import max_length
from cordee.validation.rules.profile import NodeRule


def compile_max_length(site: Site) -> Iterator[NodeRule]:
    """Give the check of an element with a greatest length."""
    most = site.element.get("maxLength")
    if most is not None:
        yield max_length(int(most), site.source)
