"""Breaking the glass: a professional opens one record in an emergency, for a while, seen by all.

The opening is a Consent in the very record, of the category "emergency only": it names who opened
it and until when, and is what the rules of access then go by. A Communication tells the circle's
coordinator; the audit holds the reason.

https://hl7.org/fhir/R4/security-labels.html#break-the-glass
https://hl7.org/fhir/R4/consent.html
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cordee.access import consent
from cordee.access.audit.act import Act
from cordee.access.caller import Caller
from cordee.access.period import Clock
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.candidate import admit
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant, revision
from cordee.resource import json
from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.search.filter import Marked, Token, all_of
from cordee.search.filter import Reference as RefersTo
from cordee.search.values import Extraction
from cordee.store.port import Query, Version, WriteSession

SHORTEST, LONGEST = 10, 500
"""Characters of a reason."""
NAMING = ("patient", "subject", "subject:Patient")
"""Parameters of a search that name one patient."""
COORDINATOR, DOCTOR = "330", "PCP"
"""Roles in a circle: coordinator (TRE_R85), attending doctor (TRE_R259)."""

_V3 = "http://terminology.hl7.org/CodeSystem/v3-"
_GLASS = {"coding": [{"system": f"{_V3}ActReason", "code": consent.GLASS}]}


async def break_glass(services: Services, request: Request, *, reading: bool) -> Request:
    """Open the record that a reading request names; give the request of who has it open.

    A record that is open to the caller anyway is not opened again; what is not `reading` opens
    nothing. Raises INVALID without a good reason or without one patient named, FORBIDDEN for whom
    or where this is not possible.
    """
    caller = request.caller
    _reason(caller)
    if caller.kind != "professional":
        raise FhirError(Category.FORBIDDEN, "Only professionals may break the glass")
    if not reading or request.body is not None:
        return request
    patient = _patient(request)
    # Asked before anything is read: who may open nothing is not told whether there is somebody.
    who = next((name for name in caller.references if name.startswith("Practitioner")), None)
    if who is None:
        text = "Only professionals whom the directory knows may break the glass"
        raise FhirError(Category.FORBIDDEN, text)
    version = await services.store.read("Patient", patient.partition("/")[2])
    if version is None or version.deleted or _is_open(services, caller, patient):
        return request
    await _check_opposition(services, caller, patient)
    begun = services.clock()
    opening = await services.store.write(
        lambda session: _open(services, session, request, patient, who)
    )
    if opening is not None:
        await services.audit.record(
            Act(
                name="create",
                status=201,
                begun=begun.timestamp(),
                ended=services.clock().timestamp(),
                caller=caller,
                type=opening.type,
                id=opening.id,
                version=opening.version,
                patients=(patient.partition("/")[2],),
                request_id=request.request_id,
                address=request.address,
            )
        )
    return replace(request, caller=await services.policy.prepare(caller))


def _reason(caller: Caller) -> str:
    text = (caller.emergency or "").strip()
    if not SHORTEST <= len(text) <= LONGEST or not text.isprintable():
        said = f"The reason for an emergency access has {SHORTEST} to {LONGEST} characters"
        raise FhirError(Category.INVALID, said)
    return text


def _patient(request: Request) -> str:
    """Give the one patient ("Patient/1") that the request names."""
    if request.type == "Patient" and request.id is not None:
        return f"Patient/{request.id}"
    if request.compartment is not None and request.compartment.startswith("Patient/"):
        return request.compartment
    named = {
        found
        for name, value in request.query
        if name in NAMING
        for found in [_named(request, value)]
    }
    found = named.pop() if len(named) == 1 else None
    if found is None:
        text = "An emergency access names one patient: Patient/[id], or a search with patient=[id]"
        raise FhirError(Category.INVALID, text)
    return found


def _named(request: Request, value: str) -> str | None:
    if "," in value:
        return None
    parsed = Reference.parse(value).relative_to(request.base_url)
    if parsed.type == "Patient" and parsed.id is not None:
        return f"Patient/{parsed.id}"
    return f"Patient/{value}" if value and "/" not in value else None


def _is_open(services: Services, caller: Caller, patient: str) -> bool:
    marks = (patient,)
    return visibility.sees(
        services, caller, "Patient", Extraction({}, marks=marks, type="Patient", id=patient[8:])
    )


async def _check_opposition(services: Services, caller: Caller, patient: str) -> None:
    opposed = await consent.oppositions(services.store, (patient,))
    parties = frozenset((*caller.references, *caller.organizations))
    clock = Clock(int(services.clock().timestamp() * 1000))
    if consent.forbids_emergency(opposed, parties, clock):
        text = "The person has refused access to their record even in an emergency"
        raise FhirError(Category.FORBIDDEN, text)


async def _open(
    services: Services,
    session: WriteSession,
    request: Request,
    patient: str,
    who: str,
) -> Version | None:
    """Store the opening and tell the coordinator, unless a racing request did."""
    await session.lock(f"emergency {who} {patient}")
    now = services.clock()
    emergency = Token("category", consent.CATEGORIES, consent.EMERGENCY)
    mine = all_of((emergency, RefersTo("actor", (who,)), Marked(frozenset((patient,)))))
    page = await session.search(Query(("Consent",), mine, count=None))
    clock = Clock(int(now.timestamp() * 1000))
    for version in page.matches:
        if clock.covers(json.parse(version.body).get("provision", {}).get("period")):
            return None
    until = now + timedelta(minutes=services.settings.emergency_minutes)
    opening = await _put(
        services, session, request, _consent(patient, who, instant(now), instant(until))
    )
    told = await _recipients(session, patient, clock)
    message = _message(
        patient, who, told, instant(now), f"{_reason(request.caller)} (jusqu'à {instant(until)})"
    )
    await _put(services, session, request, message)
    return opening


async def _put(
    services: Services, session: WriteSession, request: Request, resource: Resource
) -> Version:
    new = admit(services, request, resource, services.new_id())
    version = revision(new.resource, new.id, None, services.clock(), "POST")
    await session.put(version, new.extraction)
    return version


def _consent(patient: str, who: str, start: str, end: str) -> Resource:
    scope = "http://terminology.hl7.org/CodeSystem/consentscope"
    recipient = {"system": f"{_V3}ParticipationType", "code": "IRCP"}
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": scope, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": consent.CATEGORIES, "code": consent.EMERGENCY}]}],
        "patient": {"reference": patient},
        "dateTime": start,
        "performer": [{"reference": who}],
        "policyRule": {"text": "Accès en urgence (bris de glace)"},
        "provision": {
            "type": "permit",
            "period": {"start": start, "end": end},
            "actor": [{"role": {"coding": [recipient]}, "reference": {"reference": who}}],
            "purpose": _GLASS["coding"],
        },
    }


def _message(patient: str, who: str, recipients: list[str], sent: str, reason: str) -> Resource:
    category = "http://terminology.hl7.org/CodeSystem/communication-category"
    made: Resource = {
        "resourceType": "Communication",
        "status": "completed",
        "category": [{"coding": [{"system": category, "code": "alert"}]}],
        "priority": "urgent",
        "subject": {"reference": patient},
        "sent": sent,
        "sender": {"reference": who},
        "reasonCode": [_GLASS],
        "payload": [{"contentString": f"Accès en urgence au dossier : {reason}"}],
    }
    if recipients:
        made["recipient"] = [{"reference": name} for name in recipients]
    return made


async def _recipients(session: WriteSession, patient: str, clock: Clock) -> list[str]:
    """Give whom to tell: the circle's coordinators, else who manages it, else the doctor."""
    around = all_of((Marked(frozenset((patient,))), Token("status", None, "active")))
    page = await session.search(Query(("CareTeam",), around, count=None))
    teams = [json.parse(version.body) for version in page.matches]
    for found in (
        _in_role(teams, COORDINATOR, clock),
        [each["reference"] for team in teams for each in team.get("managingOrganization", ())],
        _in_role(teams, DOCTOR, clock),
    ):
        if found:
            return list(dict.fromkeys(found))
    return []


def _in_role(teams: list[Resource], code: str, clock: Clock) -> list[str]:
    rows: list[dict[str, Any]] = [row for team in teams for row in team.get("participant", ())]
    return [
        row["member"]["reference"]
        for row in rows
        if "reference" in row.get("member", {})
        and clock.covers(row.get("period"))
        and any(
            coding.get("code") == code
            for role in row.get("role", ())
            for coding in role.get("coding", ())
        )
    ]
