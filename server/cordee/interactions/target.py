"""What a request points at: its type and id, checked against the definitions."""

import re

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def type_of(services: Services, request: Request) -> str:
    """Give the resource type a request is about, or raise NOT_FOUND if R4 has none of that name."""
    type = request.type
    if type is None:
        raise FhirError(Category.INVALID, "The URL names no resource type")
    if not services.repository.is_resource(type):
        raise FhirError(Category.NOT_FOUND, f"{type} is not a resource type of FHIR R4")
    return type


def id_of(request: Request) -> str:
    """Give the id a request is about; ids that FHIR does not allow cannot exist."""
    id = request.id
    if id is None:
        raise FhirError(Category.INVALID, "The URL names no resource id")
    return checked_id(id)


def checked_id(id: object) -> str:
    """Give `id` if it is a FHIR id (https://hl7.org/fhir/R4/datatypes.html#id)."""
    if not isinstance(id, str) or not ID.fullmatch(id):
        text = f"The id {id!r} is not made of 1 to 64 letters, digits, '-' and '.'"
        raise FhirError(Category.INVALID, text)
    return id
