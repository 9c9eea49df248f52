"""`$meta-add`: add profiles, tags and security labels to a resource.

https://hl7.org/fhir/R4/resource-operation-meta-add.html
"""

from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations import meta
from cordee.operations.meta_change import change


async def resource_meta_add(services: Services, request: Request) -> Response:
    """Add the members of the `meta` parameter and give the resulting Meta."""
    return await change(services, request, meta.add)
