"""An act as AuditEvents: patterns of IHE BALP, within the French profile TdE 2.0.0.

TdE allows one subtype and two agents: the client, which stands for the person and names the
software, and this server. When a search shows several patients' data there is one AuditEvent for
each, as BALP wants it, so that nobody learns from their own who else was looked at.

https://profiles.ihe.net/ITI/BALP/
https://interop.esante.gouv.fr/ig/fhir/tde/
https://hl7.org/fhir/R4/auditevent.html
"""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import msgspec

from cordee.access.audit.act import Act
from cordee.access.caller import Caller

TDE = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent"
BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
DCM = "http://dicom.nema.org/resources/ontology/DCM"
ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
REQUEST_ID = {
    "system": "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
    "code": "XrequestId",
}
BREAK_GLASS = {"system": ACT_REASON, "code": "BTG", "display": "break the glass"}
SOURCE = {"coding": [{"system": DCM, "code": "110153", "display": "Source Role ID"}]}
DESTINATION = {"coding": [{"system": DCM, "code": "110152", "display": "Destination Role ID"}]}
APPLICATION = {"coding": [{"system": DCM, "code": "110150", "display": "Application"}]}
CUSTODIAN = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
            "code": "custodian",
            "display": "Custodian",
        }
    ]
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What an interaction is to the audit: its code, its action, its BALP pattern if any."""

    code: str
    action: str
    pattern: str | None = None
    client: Any = msgspec.UNSET
    server: Any = msgspec.UNSET


READ = Kind("read", "R", "Read", DESTINATION, SOURCE)
UPDATE = Kind("update", "U", "Update", SOURCE, DESTINATION)
PATCH = Kind("patch", "U", "Update", SOURCE, DESTINATION)
DELETE = Kind("delete", "D", "Delete", APPLICATION, CUSTODIAN)
OPERATION = Kind("operation", "E", None, SOURCE, DESTINATION)

KINDS: dict[str, Kind] = {
    "read": READ,
    "vread": Kind("vread", "R", "Read", DESTINATION, SOURCE),
    "history": Kind("history", "R", None, DESTINATION, SOURCE),
    "create": Kind("create", "C", "Create", SOURCE, DESTINATION),
    "update": UPDATE,
    "conditional-update": UPDATE,
    "patch": PATCH,
    "conditional-patch": PATCH,
    "delete": DELETE,
    "conditional-delete": DELETE,
    "search": Kind("search", "E", "Query", SOURCE, DESTINATION),
    "bundle": Kind("transaction", "E", None, SOURCE, DESTINATION),
    "export-file": Kind("operation", "R", None, DESTINATION, SOURCE),
}
"""Name of an interaction → what the audit calls it; whatever is not here is an operation."""

_WHO = ("Practitioner/", "Patient/", "RelatedPerson/", "PractitionerRole/", "Device/")

_encode = msgspec.json.Encoder().encode


class AuditEvents:
    """Writes the AuditEvents of one server; `host` is the name it is reached by."""

    def __init__(self, host: str, new_id: Callable[[], str]) -> None:
        """Prepare what all of them share."""
        self._new_id = new_id
        self._host = host
        self._source = msgspec.Raw(
            _encode(
                {
                    "site": host,
                    "observer": {"display": "Cordée"},
                    "type": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
                            "code": "4",
                            "display": "Application Server",
                        }
                    ],
                }
            )
        )
        self._agents = lru_cache(maxsize=4096)(self._written_agents)
        self._types = lru_cache(maxsize=64)(_types)

    def of(self, act: Act, now: datetime) -> Iterator[bytes]:
        """Give the JSON of each AuditEvent of an act, as it is stored."""
        ended = instant(act.ended)
        period = {"start": instant(act.begun), "end": ended}
        recorded = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"
        agents = self._agents(
            act.name, act.address, _key(act.caller), act.caller.purposes, act.caller.emergency
        )
        success = act.status < 400
        for patient in act.patients or (None,):
            profiles, kind = self._types(act.name, success and _fits(act), patient is not None)
            event: dict[str, Any] = {
                "resourceType": "AuditEvent",
                "id": self._new_id(),
                "meta": {"versionId": "1", "lastUpdated": recorded, "profile": profiles},
                **kind,
                "period": period,
                "recorded": recorded,
                "outcome": "0" if success else "4" if act.status < 500 else "8",
            }
            if not success:
                event["outcomeDesc"] = f"{act.status} {HTTPStatus(act.status).phrase}"
            event.update(agents)
            event["source"] = self._source
            event["entity"] = _entities(act, patient)
            yield _encode(event)

    def _written_agents(
        self,
        name: str,
        address: str | None,
        caller: "_Key",
        purposes: frozenset[str],
        emergency: str | None,
    ) -> dict[str, Any]:
        kind = KINDS.get(name, OPERATION)
        client: dict[str, Any] = {"type": kind.client, "who": _who(caller)}
        if caller[3] and kind is not DELETE:  # BALP's pattern of a deletion has no room for it
            client["name"] = caller[3]
        client["requestor"] = True
        if address:
            client["network"] = {"address": address, "type": "2"}
        server = {
            "type": kind.server,
            "who": {"identifier": {"value": self._host}, "display": "Cordée"},
            "requestor": False,
            "network": {"address": self._host, "type": "1"},
        }
        found: dict[str, Any] = {"agent": msgspec.Raw(_encode([client, server]))}
        reasons: list[dict[str, Any]] = [
            {"coding": [{"system": ACT_REASON, "code": code}]}
            for code in sorted(purposes)
            if code != "BTG" or emergency is None
        ]
        if emergency is not None:
            reasons.append({"coding": [BREAK_GLASS], "text": emergency})
        return {"purposeOfEvent": msgspec.Raw(_encode(reasons)), **found} if reasons else found


_Key = tuple[str | None, str | None, str | None, str | None, tuple[str, ...]]


def _key(caller: Caller) -> _Key:
    return (caller.subject, caller.issuer, caller.client, caller.name, caller.references)


def _who(caller: _Key) -> dict[str, Any]:
    subject, issuer, client, name, references = caller
    found: dict[str, Any] = {}
    reference = next((r for kind in _WHO for r in references if r.startswith(kind)), None)
    if reference:
        found["reference"] = reference
    if subject:
        found["identifier"] = {"system": issuer, "value": subject} if issuer else {"value": subject}
    shown = name or subject or "nobody known"
    found["display"] = f"{shown}, through {client}" if client and client != subject else shown
    return found


def _types(name: str, follows: bool, patient: bool) -> tuple[list[str], dict[str, Any]]:
    """Give the profiles and the leading elements of an interaction's AuditEvents."""
    kind = KINDS.get(name, OPERATION)
    profiles = [TDE]
    if kind.pattern and follows:
        profiles.append(f"{BALP}{'Patient' if patient else ''}{kind.pattern}")
    rest = {
        "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
        "code": "rest",
        "display": "RESTful Operation",
    }
    subtype = {"system": "http://hl7.org/fhir/restful-interaction", "code": kind.code}
    return profiles, {
        "type": msgspec.Raw(_encode(rest)),
        "subtype": msgspec.Raw(_encode([subtype | {"display": kind.code}])),
        "action": kind.action,
    }


def _fits(act: Act) -> bool:
    """Tell whether BALP's pattern of the interaction has all that it wants."""
    return act.address is not None and (act.query is not None or act.id is not None)


def _entities(act: Act, patient: str | None) -> list[Any]:
    entities: list[Any] = []
    if patient is not None:
        entities.append({"what": {"reference": f"Patient/{patient}"}, **_PERSON})
    if act.id is not None and act.type is not None:
        reference = f"{act.type}/{act.id}"
        if act.version is not None:
            reference += f"/_history/{act.version}"
        data: dict[str, Any] = {"what": {"reference": reference}, **_DATA}
        if act.digest is not None:
            data["detail"] = [{"type": "sha256", "valueString": act.digest}]
        entities.append(data)
    if act.query is not None:
        query = base64.b64encode(act.query.encode("utf-8", "replace")).decode()
        entities.append({**_QUERY, "query": query})
    elif act.name.startswith("$"):
        entities.append({**_JOB, "name": act.name})
    if act.request_id:
        entities.append({"what": {"identifier": {"value": act.request_id}}, "type": REQUEST_ID})
    return entities


def _coded(type: str, type_display: str, role: str, display: str) -> dict[str, msgspec.Raw]:
    return {
        "type": msgspec.Raw(
            _encode({"system": ENTITY_TYPE, "code": type, "display": type_display})
        ),
        "role": msgspec.Raw(_encode({"system": OBJECT_ROLE, "code": role, "display": display})),
    }


_PERSON = _coded("1", "Person", "1", "Patient")
_DATA = _coded("2", "System Object", "4", "Domain Resource")
_QUERY = _coded("2", "System Object", "24", "Query")
_JOB = _coded("2", "System Object", "20", "Job")


def instant(seconds: float) -> str:
    """Write a time as a FHIR instant in UTC, to the millisecond."""
    whole, part = divmod(int(seconds * 1000), 1000)
    return f"{_second(whole)}.{part:03d}Z"


@lru_cache(maxsize=64)
def _second(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
