"""`context`: the value set that an element of a profile is bound to.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from cordee.errors import Category, FhirError
from cordee.interactions.services import Services


def bound_value_set(services: Services, context: str) -> str:
    """Give the canonical of a binding, from `[StructureDefinition URL]#[element path or id]`.

    Raises INVALID for another form, NOT_FOUND when there is no such profile, element or binding.
    """
    url, _, name = context.rpartition("#")
    if not url or not name:
        raise FhirError(
            Category.INVALID, "context must be a StructureDefinition URL, '#', and an element path"
        )
    structure = services.repository.structure(url)
    if structure is None:
        raise FhirError(Category.NOT_FOUND, f"context: the profile {url} is not known here")
    for element in structure["snapshot"]["element"]:
        if name in {element.get("id"), element.get("path")}:
            bound = (element.get("binding") or {}).get("valueSet")
            if isinstance(bound, str):
                return bound
    raise FhirError(Category.NOT_FOUND, f"context: {name} has no value set in {url}")
