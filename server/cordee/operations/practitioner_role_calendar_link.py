"""`$calendar-link`: the secret address of a professional's agenda, for a calendar program.

Defined by us: `https://cordee.example/fhir/OperationDefinition/PractitionerRole-calendar-link`.
"""

from cordee.coordination.calendar import digest, new_secret
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments, answer
from cordee.operations.stored_instance import stored_instance


async def practitioner_role_calendar_link(services: Services, request: Request) -> Response:
    """Give a new link; the one before stops working. With `revoke=true` only that.

    Raises FORBIDDEN for anybody but the professional.
    """
    owner = f"PractitionerRole/{request.id}"
    revoke = Arguments(request).flag("revoke")
    await stored_instance(services, request)
    caller = request.caller
    if caller.subject is not None and owner not in caller.references:
        raise FhirError(Category.FORBIDDEN, "Only a professional may open their own agenda")
    links = services.store.secret_links()
    if revoke:
        await links.replace(owner, None)
        return Response(200, resource=answer())
    secret = new_secret()
    await links.replace(owner, digest(secret))
    root = request.base_url.removesuffix("/fhir")
    return Response(200, resource=answer(url=("valueUrl", f"{root}/calendar/{secret}.ics")))
