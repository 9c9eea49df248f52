"""`Patient/$ins-search`: ask INSi for the INS of a person by traits.

What INSi knows is given as a Patient; with `apply` it is stored into the one the URL names, unless
someone changed that one meanwhile.

https://hl7.org/fhir/R4/operations.html
"""

from typing import Any

from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.identity.certified import certified
from cordee.operations.identity.identification import (
    offered,
    rows,
    stored,
    subject,
    wants_storing,
)
from cordee.operations.identity.teleservice import Teleservice, Verdict, inquire
from cordee.operations.identity.traits import differences
from cordee.operations.parameters import Arguments
from cordee.validation.french.identity_status import standing

RESULTS = {Verdict.FOUND: "found", Verdict.NONE: "none", Verdict.SEVERAL: "several"}


async def patient_ins_search(
    teleservice: Teleservice | None, services: Services, request: Request
) -> Response:
    """Give Parameters: `result` (found, none or several), `status` and `patient`.

    Raises UNSUPPORTED without INSi, UNPROCESSABLE when traits are missing or the identity is in
    doubt, PRECONDITION_FAILED when another write came first.
    """
    insi = offered(services, request, teleservice)
    arguments = Arguments(request, Patient="patient")
    storing = wants_storing(request, arguments)
    about = await subject(services, request, arguments)
    reply, calls = await inquire(insi, about.traits)
    parameter: list[dict[str, Any]] = [
        {"name": "result", "valueCode": RESULTS[reply.verdict]},
        {"name": "code", "valueString": reply.verdict.value},
        {"name": "message", "valueString": reply.label or RESULTS[reply.verdict]},
        {"name": "calls", "valueInteger": calls},
    ]
    if reply.person is not None:
        blank = {"resourceType": "Patient"}
        made = certified(about.patient or blank, reply.person, services.clock().date().isoformat())
        if storing:
            made = await stored(services, request, about, made)
        status = standing(made).status
        assert status is not None
        parameter += [
            {"name": "status", "valueCode": status.value},
            *rows(differences(about.traits, reply.person.traits)),
            {"name": "patient", "resource": made},
        ]
    return Response(200, resource={"resourceType": "Parameters", "parameter": parameter})
