"""Makes the check of a reference's target type.

https://hl7.org/fhir/R4/references.html
"""

from collections.abc import Iterator

from cordee.definitions.element import Element
from cordee.definitions.structure import BASE
from cordee.validation.rules.reference import reference_target
from cordee.validation.run import Check

ANY = "Resource"


def compile_reference(element: Element, type_name: str) -> Iterator[Check]:
    """Give the check of a Reference element."""
    if type_name != "Reference":
        return
    targets = {
        profile.removeprefix(BASE)
        for of in element.types
        if of.code == "Reference"
        for profile in of.target_profiles
    }
    allowed = frozenset() if ANY in targets else frozenset(targets)
    yield reference_target(allowed, element.path)
