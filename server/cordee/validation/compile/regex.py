"""Makes the check of the regular expression that a profile gives for an element or its type.

https://hl7.org/fhir/R4/extension-regex.html
"""

from collections.abc import Iterator

from cordee.validation.compile.context import Site
from cordee.validation.rules.profile import NodeRule
from cordee.validation.rules.regex import regex

URL = "http://hl7.org/fhir/StructureDefinition/regex"


def compile_regex(site: Site) -> Iterator[NodeRule]:
    """Give the checks of an element with regular expressions."""
    for holder in (site.element, *site.definition.types):
        for extension in holder.get("extension") or ():
            pattern = extension.get("valueString")
            if extension.get("url") == URL and isinstance(pattern, str):
                yield regex(pattern, site.source)
