"""What the FHIR base tells the audit: how each request ended."""

from cordee.interactions.auditing import acts
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.web.call import Call


async def answered(services: Services, call: Call, request: Request, response: Response) -> None:
    """Record a request that was answered. Raises `FhirError` UNAVAILABLE when that cannot be done.

    Bundles have recorded their entries themselves.
    """
    endpoint = call.endpoint
    if endpoint is None or endpoint.name == "bundle":
        return
    found = acts(endpoint.name, request, call.begun, response, affects_state=endpoint.affects_state)
    await services.audit.record(*found)


async def refused(services: Services, call: Call, error: Exception) -> None:
    """Record a request that failed, as far as it was understood. Raises as `answered`."""
    endpoint, place = call.endpoint, call.place
    if endpoint is None or place is None:
        return
    request = Request(
        base_url="",
        type=place.type,
        id=place.id,
        version=place.version,
        query=call.query,
        compartment=place.owner,
        caller=call.caller,
        request_id=call.request_id,
        address=call.address,
    )
    found = acts(endpoint.name, request, call.begun, error, affects_state=endpoint.affects_state)
    await services.audit.record(*found)
