"""`ActivityDefinition/$apply`: what one activity means for a person. Nothing is stored.

https://hl7.org/fhir/R4/activitydefinition-operation-apply.html
"""

from zoneinfo import ZoneInfo

from cordee.coordination.pathway.conditions import seeing
from cordee.coordination.pathway.dynamic import with_dynamic_values
from cordee.coordination.pathway.requests import Order
from cordee.coordination.pathway.requests import request as made
from cordee.coordination.pathway.schedule import Window
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.stored_instance import stored_instance
from cordee.operations.subject import subject_of
from cordee.resource.types import Resource


async def activity_definition_apply(services: Services, request: Request) -> Response:
    """Give the request that the activity is, for `subject`; it is the caller's to store."""
    given = Arguments(request)
    definition = await _definition(services, request, given)
    patient = await subject_of(services, request, given)
    now = services.clock().astimezone(ZoneInfo(services.settings.timezone))
    asker = given.text("practitioner") or next(iter(request.caller.references), None)
    order = Order(
        id="",
        step="",
        group="",
        plan="",
        patient=f"Patient/{patient['id']}",
        title=definition.get("title", "Activity"),
        action={},
        definition=definition,
        window=Window(now),
        now=now,
        waits=True,
        requester={"reference": asker} if asker else None,
    )
    expressions = seeing(services, patient)
    resource = with_dynamic_values(made(order), definition.get("dynamicValue", ()), expressions)
    for name in ("id", "identifier", "basedOn", "groupIdentifier", "requisition"):
        resource.pop(name, None)
    return Response(200, resource=resource)


async def _definition(services: Services, request: Request, given: Arguments) -> Resource:
    stored = await stored_instance(services, request)
    sent = stored or given.resource("activityDefinition", "ActivityDefinition")
    if sent is None:
        text = "The parameter activityDefinition is missing"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    return sent
