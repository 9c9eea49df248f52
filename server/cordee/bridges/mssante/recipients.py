"""To whom a Communication goes: the mailbox of each recipient, as the caller may see them.

https://hl7.org/fhir/R4/communication-definitions.html#Communication.recipient
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from cordee.bridges.mssante.address import mailboxes, patient_mailbox
from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource

_BEHIND = {
    "PractitionerRole": ("practitioner", "organization"),
    "HealthcareService": ("providedBy",),
}
"""Type → who else's mailbox is taken where the resource itself has none."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One to write to."""

    reference: str
    address: str
    patient: bool


async def recipients_of(
    services: Services, request: Request, communication: Resource
) -> list[Recipient]:
    """Find the mailboxes, each once. Raises UNPROCESSABLE, an issue for each without one."""
    found: dict[str, Recipient] = {}
    faults: list[FhirError] = []
    rows = communication.get("recipient") or ()
    for number, row in enumerate(rows):
        try:
            one = await _recipient(services, request, str(row.get("reference", "")), number)
        except FhirError as error:
            faults.append(error)
            continue
        found.setdefault(one.address, one)
    if faults:
        issues = [
            Issue(Severity.ERROR, "processing", str(error), expression=error.expression)
            for error in faults
        ]
        raise FhirError(Category.UNPROCESSABLE, issues=issues)
    if not found:
        raise _fault("A message that is sent needs a recipient", "Communication.recipient")
    return list(found.values())


async def _recipient(services: Services, request: Request, literal: str, number: int) -> Recipient:
    place = f"Communication.recipient[{number}]"
    holder = await _read(services, request, literal)
    if holder is None:
        raise _fault("The recipient is nobody whom this server knows and you may see", place)
    reference = f"{holder['resourceType']}/{holder['id']}"
    if holder["resourceType"] == "Patient":
        return Recipient(reference, patient_mailbox(holder), patient=True)
    domains = services.settings.mssante_domains
    for one in (holder, *[row async for row in _behind(services, request, holder)]):
        boxes = mailboxes(one, domains)
        if boxes:
            return Recipient(reference, boxes[0], patient=False)
    raise _fault(f"{reference} has no mailbox of MSSanté", place)


async def _behind(
    services: Services, request: Request, holder: Resource
) -> AsyncIterator[Resource]:
    """Give who else may have the mailbox of a role or a service."""
    for name in _BEHIND.get(holder["resourceType"], ()):
        literal = str((holder.get(name) or {}).get("reference", ""))
        found = await _read(services, request, literal)
        if found is not None:
            yield found


async def sender_mailbox(
    services: Services, request: Request, communication: Resource
) -> str | None:
    """Give the mailbox of who wrote the message, for answers; None where there is none."""
    literal = str((communication.get("sender") or {}).get("reference", ""))
    holder = await _read(services, request, literal)
    if holder is None or holder["resourceType"] == "Patient":
        return None
    return next(iter(mailboxes(holder, services.settings.mssante_domains)), None)


async def _read(services: Services, request: Request, literal: str) -> Resource | None:
    """Give a resource of this server that the caller may see."""
    key = local_key(services, literal) if literal else None
    if key is None:
        return None
    try:
        answer = await read(services, Request(request.base_url, *key, caller=request.caller))
    except FhirError as error:
        if error.category in {Category.NOT_FOUND, Category.DELETED}:
            return None
        raise
    return json.parse(answer.body or b"{}")


def _fault(text: str, place: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text, expression=place)
