"""`PlanDefinition/$apply`: a person enters a protocolised pathway.

What the plan makes is stored (a CarePlan, its RequestGroup and a request a step), so that the steps
can be followed; the specification leaves that to the server.

https://hl7.org/fhir/R4/plandefinition-operation-apply.html
"""

from dataclasses import replace

from cordee.coordination.pathway.enrolment import Enrolment, enrol
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.stored_or_shipped import stored_or_shipped
from cordee.operations.subject import subject_of
from cordee.resource.types import Resource

NOT_OFFERED = {
    "encounter": "plans are applied to persons",
    "userType": "conditions see the person only",
    "setting": "conditions see the person only",
}


async def plan_definition_apply(services: Services, request: Request) -> Response:
    """Give the CarePlan by which `subject` follows the plan; applying it again gives the same.

    `start` says when the pathway begins (now if absent); `practitioner` who asks for it.
    """
    given = Arguments(request)
    given.refuse(**NOT_OFFERED)
    plan = await _plan(services, request, given)
    patient = await subject_of(services, request, given)
    asker = given.text("practitioner") or next(iter(request.caller.references), None)
    asked = Enrolment(
        plan, patient, given.instant("start"), {"reference": asker} if asker else None
    )
    made = await enrol(services, request, asked)
    plain = Request(request.base_url, "CarePlan", made["id"], caller=request.caller)
    return replace(await read(services, plain), location=None)


async def _plan(services: Services, request: Request, given: Arguments) -> Resource:
    """Give the PlanDefinition: of the URL (stored here or shipped), sent along, or by canonical."""
    if request.id is not None:
        return await stored_or_shipped(services, request, "PlanDefinition", request.id)
    named = given.one("planDefinition")
    if isinstance(named, str):
        found = services.repository.find(named, "PlanDefinition")
        if found is None:
            raise FhirError(Category.NOT_FOUND, f"The PlanDefinition {named} is not known")
        return found
    sent = given.resource("planDefinition", "PlanDefinition")
    if sent is None:
        text = "The parameter planDefinition is missing: a PlanDefinition, or its canonical"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    return sent
