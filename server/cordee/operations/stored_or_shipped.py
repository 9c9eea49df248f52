"""A definition named by the URL of an operation: one that a client stored, else one of ours.

https://hl7.org/fhir/R4/operations.html#executing
"""

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource

OURS = "https://cordee.example/fhir"


async def stored_or_shipped(services: Services, request: Request, type: str, id: str) -> Resource:
    """Give the definition of this type and id. Raises what reading raises where there is none."""
    plain = Request(request.base_url, type, id, caller=request.caller)
    try:
        return json.parse((await read(services, plain)).body or b"{}")
    except FhirError as error:
        shipped = services.repository.find(f"{OURS}/{type}/{id}", type)
        if error.category is not Category.NOT_FOUND or shipped is None:
            raise
        return shipped
