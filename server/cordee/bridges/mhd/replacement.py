"""Documents that replace others: what is replaced is no longer current.

https://profiles.ihe.net/ITI/MHD/ITI-65.html
https://hl7.org/fhir/R4/documentreference-definitions.html#DocumentReference.relatesTo
"""

from functools import partial

from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.candidate import permit
from cordee.interactions.exchange import Request
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.interactions.update import states
from cordee.resource import json
from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.store.port import Version, WriteSession


async def supersede(
    services: Services,
    session: WriteSession,
    request: Request,
    document: Resource,
    *,
    where: str,
    patched: frozenset[str],
) -> None:
    """Check what a new document relates to, and make what it replaces superseded.

    `where` names the document in the Bundle, `patched` are documents ("DocumentReference/1") that
    the same transaction has changed. Raises UNPROCESSABLE where the target is not here or is
    about somebody else, CONFLICT where it was replaced before.
    """
    for number, row in enumerate(document.get("relatesTo", ())):
        path = f"{where}.relatesTo[{number}].target"
        target = await _target(services, session, request, row.get("target", {}), path)
        former = json.parse(target.body)
        if former.get("subject", {}).get("reference") != document["subject"].get("reference"):
            text = "A document only relates to documents of the same patient"
            raise FhirError(Category.UNPROCESSABLE, text, expression=path)
        if row["code"] != "replaces" or f"{target.type}/{target.id}" in patched:
            continue
        if former["status"] != "current":
            text = f"{target.type}/{target.id} is {former['status']}: it cannot be replaced"
            raise FhirError(Category.CONFLICT, text, expression=path)
        permit(services, request, "update", target.type, partial(states, services, target))
        await add(services, session, request, former | {"status": "superseded"})


async def _target(
    services: Services,
    session: WriteSession,
    request: Request,
    target: dict[str, str],
    path: str,
) -> Version:
    named = Reference.parse(target.get("reference", "")).relative_to(request.base_url)
    found = None
    if named.type == "DocumentReference" and named.id is not None and named.base is None:
        found = await visibility.held(services, session, request.caller, named.type, named.id)
    if found is None or found.deleted:
        text = f"{target.get('reference', 'The target')} is no document known here"
        raise FhirError(Category.UNPROCESSABLE, text, expression=path)
    return found
