"""What a document is made from, when it starts from one stored resource.

A structured document tells a whole record; a level 1 document its focus, what the focus cites, the
circle and the alerts. People and places are followed until nobody is unknown.

https://hl7.org/fhir/R4/patient-operation-everything.html
"""

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

from cordee.bridges.cda.writing.record import Record
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.interactions.vread import vread
from cordee.operations.patient_everything import patient_everything
from cordee.resource import json
from cordee.resource.reference import references
from cordee.resource.types import Resource

AROUND = ("Patient", "CareTeam", "RelatedPerson", "Flag")
"""What every document tells of the patient."""
WHOLE = (
    *AROUND,
    "AllergyIntolerance",
    "Appointment",
    "CarePlan",
    "Communication",
    "Condition",
    "Consent",
    "DeviceUseStatement",
    "DocumentReference",
    "Goal",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Procedure",
    "ServiceRequest",
    "Task",
)
"""What a structured document tells."""
_DIRECTORY = frozenset(
    (
        "Binary",
        "Device",
        "Location",
        "Medication",
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "RelatedPerson",
    )
)
"""Types that are followed however far they are cited."""
_HOPS = 4

Key = tuple[str, str]


async def gather(
    services: Services, request: Request, *, whole: bool, named: Sequence[Resource] = ()
) -> Record:
    """Give the record around the resource that a request names, as its caller may see it.

    `named` are References of the request, whose targets belong to the record too.
    """
    stored = await read(services, request)
    focus = json.parse(stored.body or b"{}")
    patient = _patient_id(services, focus)
    found: dict[Key, Resource] = {_key(focus): focus}
    if patient is not None:
        for resource in await _compartment(services, request, patient, WHOLE if whole else AROUND):
            found.setdefault(_key(resource), resource)
    first = list(found.values()) if whole else [focus]
    await _cited(services, request, found, [*first, {"resourceType": "List", "item": named}])
    former = await _former(services, request, stored.version)
    return Record([(None, resource) for resource in found.values()], focus, former)


async def _former(services: Services, request: Request, version: int | None) -> Resource | None:
    """Give the version before a version of the resource that a request names, if it is known."""
    if version is None or version < 2:
        return None
    asked = Request(
        request.base_url, request.type, request.id, str(version - 1), caller=request.caller
    )
    try:
        return json.parse((await vread(services, asked)).body or b"{}")
    except FhirError as error:
        # It may have been a deletion, or be gone by the law.
        if error.category in {Category.NOT_FOUND, Category.DELETED}:
            return None
        raise


def _key(resource: Resource) -> Key:
    return str(resource.get("resourceType")), str(resource.get("id"))


def _patient_id(services: Services, focus: Resource) -> str | None:
    if focus.get("resourceType") == "Patient":
        return str(focus["id"])
    for name in ("subject", "patient", "for"):
        reference = (focus.get(name) or {}).get("reference")
        key = local_key(services, reference) if reference else None
        if key is not None and key[0] == "Patient":
            return key[1]
    return None


async def _compartment(
    services: Services, request: Request, patient: str, types: Iterable[str]
) -> list[Resource]:
    """Give what a patient's record holds of some types, however many pages it takes."""
    query: tuple[tuple[str, str], ...] = (("_type", ",".join(types)), ("_count", "1000"))
    found: list[Resource] = []
    while query:
        asked = Request(request.base_url, "Patient", patient, query=query, caller=request.caller)
        page = json.parse((await patient_everything(services, asked)).body or b"{}")
        found += [row["resource"] for row in page.get("entry", ())]
        links = {row["relation"]: row["url"] for row in page.get("link", ())}
        query = tuple(parse_qsl(urlsplit(links.get("next", "")).query))
    return found


async def _cited(
    services: Services, request: Request, found: dict[Key, Resource], first: list[Resource]
) -> None:
    """Add what is cited: anything by the focus, then people and places by whomever."""
    sources, anything = first, True
    for _ in range(_HOPS):
        keys = dict.fromkeys(
            key
            for resource in sources
            for key in _keys(services, resource)
            if key not in found and (anything or key[0] in _DIRECTORY)
        )
        living = await visibility.living(services, services.store, request.caller, list(keys))
        fresh = {key: json.parse(version.body) for key, version in living.items()}
        found |= fresh
        # After the first hop everything that was found may name people.
        sources = list(found.values()) if anything else list(fresh.values())
        anything = False
        if not sources:
            return


def _keys(services: Services, resource: Resource) -> list[Key]:
    literals = [holder["reference"] for _, holder in references(resource)]
    contents = (
        resource.get("content") if resource.get("resourceType") == "DocumentReference" else ()
    )
    urls = [(row.get("attachment") or {}).get("url") for row in contents or ()]
    keys = (local_key(services, literal) for literal in (*literals, *urls) if literal)
    return [key for key in keys if key is not None]
