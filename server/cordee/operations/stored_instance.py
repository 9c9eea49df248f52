"""The resource that the URL of an operation names.

https://hl7.org/fhir/R4/operations.html#executing
"""

from cordee.interactions.exchange import Request
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource


async def stored_instance(services: Services, request: Request) -> Resource | None:
    """Give the current version, or None when the operation is called on the type.

    Raises what `read` raises for one that is unknown or deleted.
    """
    if request.id is None:
        return None
    plain = Request(request.base_url, request.type, request.id, caller=request.caller)
    return json.parse((await read(services, plain)).body or b"{}")
