"""`CarePlan/$sign`: a member of the circle signs a version of a plan, which comes into force.

Defined by us: `https://cordee.example/fhir/OperationDefinition/CarePlan-sign`. It is a transaction
of a Provenance and the plan; clients may send that themselves.

https://hl7.org/fhir/R4/provenance-definitions.html#Provenance.signature
"""

from typing import Any

from cordee.coordination.plan.agreement import in_force
from cordee.coordination.plan.validation import STANDING, verified
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.interactions.transaction import transaction
from cordee.operations.parameters import Arguments, parameters, row
from cordee.operations.stored_instance import stored_instance
from cordee.resource import json
from cordee.resource.types import Resource

VERIFIER = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
            "code": "verifier",
        }
    ]
}


async def care_plan_sign(services: Services, request: Request) -> Response:
    """Store `signature` under the version `version`, and activate the plan.

    With `activate` false it stays as it is. Says in `verified` whether the seal was verified; else
    who signed, when and as what is all that was checked. Raises PRECONDITION_FAILED when the plan
    has moved on.
    """
    given = Arguments(request)
    signature, number = given.element("signature", "Signature"), given.text("version")
    if signature is None or number is None:
        text = "$sign takes the signature, and the version of the plan that it is under"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    plan = await stored_instance(services, request)
    if plan is None:
        raise FhirError(Category.INVALID, "$sign is called on one CarePlan")
    if plan["status"] not in STANDING:
        text = f"CarePlan/{request.id} is {plan['status']}: it is not signed any more"
        raise FhirError(Category.CONFLICT, text, expression="CarePlan.status")
    _check_current(plan, number)
    entries = [_provenance(services, plan, signature, number)]
    if given.flag("activate") is not False and not in_force(plan):
        entries.append(_activation(plan, number))
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    sent = Request(request.base_url, body=bundle, caller=request.caller, language=request.language)
    done = await transaction(services, sent)
    stored = [entry["response"] for entry in json.parse(done.body or b"{}")["entry"]]
    proven = await verified(services, services.store, signature, plan)
    rows = [
        row("plan", "resource", await stored_instance(services, request)),
        row("provenance", "valueReference", {"reference": _local(stored[0]["location"])}),
        row("verified", "valueBoolean", proven),
    ]
    return Response(200, resource=parameters(rows))


def _provenance(
    services: Services, plan: Resource, signature: dict[str, Any], number: str
) -> dict[str, Any]:
    resource = {
        "resourceType": "Provenance",
        "target": [{"reference": f"CarePlan/{plan['id']}/_history/{number}"}],
        "recorded": instant(services.clock()),
        "agent": [{"type": VERIFIER, "who": signature.get("who", {})}],
        "signature": [signature],
    }
    return {"resource": resource, "request": {"method": "POST", "url": "Provenance"}}


def _activation(plan: Resource, number: str) -> dict[str, Any]:
    request = {"method": "PUT", "url": f"CarePlan/{plan['id']}", "ifMatch": f'W/"{number}"'}
    return {"resource": plan | {"status": "active"}, "request": request}


def _check_current(plan: Resource, number: str) -> None:
    current = plan["meta"]["versionId"]
    if current != number:
        text = f"CarePlan/{plan['id']} is at version {current}, and version {number} was signed"
        raise FhirError(Category.PRECONDITION_FAILED, text, expression="CarePlan")


def _local(location: str) -> str:
    """Give "Provenance/1" of the location of its version."""
    return "/".join(location.partition("/_history/")[0].split("/")[-2:])
