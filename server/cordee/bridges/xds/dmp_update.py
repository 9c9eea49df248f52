"""`DocumentReference/[id]/$dmp-update`: a change of what the DMP says of a document, queued.

https://hl7.org/fhir/R4/operations.html
"""

from cordee.bridges.exchange import Exchange, enqueue, written
from cordee.bridges.xds import plan
from cordee.bridges.xds.changes import CHANGES
from cordee.bridges.xds.desk import Desk, changeable, named, patient_of
from cordee.bridges.xds.dmp_submit import answer
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments


async def dmp_update(desk: Desk, services: Services, request: Request) -> Response:
    """Give Parameters: the exchange and its state; 202 while it goes on.

    Raises UNSUPPORTED without a DMP, INVALID for an unknown action, UNPROCESSABLE for a document
    that the DMP cannot know and for an INS that is not qualified.
    """
    desk.open()
    action = Arguments(request).text("action")
    if action is None or action not in CHANGES:
        raise FhirError(Category.INVALID, f"action is one of {', '.join(CHANGES)}, not {action!r}")
    document = await changeable(services, request)
    patient = patient_of(services, document)
    about = await desk.about(services, request, patient)
    unique_id = await named(services, request, document)
    told = plan.update(
        unique_id, about.patient, action, services.settings.dmp_activity, about.holder
    )
    version = document["meta"]["versionId"]
    exchange = Exchange(
        bridge=plan.BRIDGE,
        action=plan.UPDATE,
        key=f"{plan.BRIDGE}/{plan.UPDATE}/{told.set_unique}",
        about=(f"DocumentReference/{document['id']}/_history/{version}",),
        subject=f"Patient/{patient}",
        target=desk.open().target,
        content=told.content(),
        caller=written(request.caller),
    )
    return answer(await enqueue(services, desk.queue, exchange))
