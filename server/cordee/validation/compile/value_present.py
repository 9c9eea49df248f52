"""Makes the check that a primitive has a value, as later versions of FHIR let profiles ask.

https://hl7.org/fhir/R5/elementdefinition-definitions.html#ElementDefinition.mustHaveValue
"""

from collections.abc import Iterator

from cordee.validation.compile.context import Site
from cordee.validation.rules.profile import NodeRule
from cordee.validation.rules.value_present import value_present

MUST = "extension-ElementDefinition.mustHaveValue"
ALTERNATIVES = "extension-ElementDefinition.valueAlternatives"


def compile_value_present(site: Site) -> Iterator[NodeRule]:
    """Give the check of an element that must have a value."""
    must = False
    alternatives: set[str] = set()
    for extension in site.element.get("extension") or ():
        name = str(extension.get("url")).rpartition("/")[2]
        must = must or (name == MUST and extension.get("valueBoolean") is True)
        if name == ALTERNATIVES:
            alternatives.add(str(extension.get("valueCanonical") or extension.get("valueUri")))
    if must or alternatives:
        yield value_present(alternatives, site.source)
