"""Makes the checks of the profiles that a profile, or one it is derived from, imposes besides.

https://hl7.org/fhir/extensions/StructureDefinition-structuredefinition-imposeProfile.html
"""

from collections.abc import Callable, Iterator

from cordee.definitions.structure import BASE
from cordee.resource.types import Resource
from cordee.validation.rules.conformance import Finder, imposed
from cordee.validation.rules.profile import NodeRule

URL = BASE + "structuredefinition-imposeProfile"


def compile_imposed(
    canonical: str, structure: Callable[[str], Resource | None], find: Finder
) -> Iterator[NodeRule]:
    """Give the check of each imposed profile."""
    seen: set[str] = set()
    found = structure(canonical)
    while found is not None and found.get("derivation") == "constraint" and canonical not in seen:
        seen.add(canonical)
        for extension in found.get("extension") or ():
            if extension.get("url") == URL and (profile := extension.get("valueCanonical")):
                yield imposed(str(profile), find, canonical)
        canonical = str(found.get("baseDefinition"))
        found = structure(canonical)
