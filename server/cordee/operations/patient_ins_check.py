"""`Patient/$ins-check`: ask INSi whether an INS and its traits are those of the person.

INSi is asked for the person with these traits, and its answer compared. With `apply` a confirmed
Patient is stored as INSi knows it, and one that is not confirmed is put on the work list.

https://hl7.org/fhir/R4/operations.html
"""

from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.identity.certified import certified, reviewed
from cordee.operations.identity.identification import (
    Subject,
    offered,
    rows,
    stored,
    subject,
    wants_storing,
)
from cordee.operations.identity.teleservice import Reply, Teleservice, inquire
from cordee.operations.identity.traits import differences
from cordee.operations.parameters import Arguments
from cordee.validation.french.identity_status import standing

Difference = tuple[str, str | None, str | None]


async def patient_ins_check(
    teleservice: Teleservice | None, services: Services, request: Request
) -> Response:
    """Give Parameters: `result` (boolean), `difference` and, if it differs or is stored, `patient`.

    Raises UNSUPPORTED without INSi, UNPROCESSABLE when there is no INS, traits are missing or the
    identity is in doubt, PRECONDITION_FAILED when another write came first.
    """
    insi = offered(services, request, teleservice)
    arguments = Arguments(request, Patient="patient")
    storing = wants_storing(request, arguments)
    about = await subject(services, request, arguments)
    if about.ins is None:
        raise FhirError(
            Category.UNPROCESSABLE,
            "There is no INS to check; $ins-search asks for it",
            expression="Patient.identifier",
        )
    reply, _ = await inquire(insi, about.traits)
    differing = _compared(about, reply)
    good = reply.person is not None and not differing
    parameter: list[dict[str, Any]] = [
        {"name": "result", "valueBoolean": good},
        {"name": "code", "valueString": reply.verdict.value},
        {"name": "message", "valueString": _message(reply, good)},
        *rows(differing),
    ]
    made = _made(services, about, reply) if good else about.patient
    if made is not None and not good:
        made = reviewed(made, confirmed=False)
    if made is not None and storing:
        made = await stored(services, request, about, made)
    if made is not None:
        status = standing(made).status
        parameter += [{"name": "status", "valueCode": status.value}] if status else []
        parameter.append({"name": "patient", "resource": made})
    return Response(200, resource={"resourceType": "Parameters", "parameter": parameter})


def _made(services: Services, about: Subject, reply: Reply) -> dict[str, Any] | None:
    if about.patient is None or reply.person is None:
        return None
    return certified(about.patient, reply.person, services.clock().date().isoformat())


def _compared(about: Subject, reply: Reply) -> tuple[Difference, ...]:
    if reply.person is None or about.ins is None:
        return ()
    known, found = about.ins, reply.person.ins
    differing: tuple[Difference, ...] = ()
    if known.matricule != found.matricule:
        differing += (("matricule", known.matricule, found.matricule),)
    if known.oid != found.oid:
        differing += (("oid", known.oid, found.oid),)
    return differing + differences(about.traits, reply.person.traits)


def _message(reply: Reply, good: bool) -> str:
    if good:
        return "INSi knows this INS with these traits"
    if reply.person is None:
        return reply.label or "INSi knows nobody with these traits"
    return "INSi knows the person otherwise"
