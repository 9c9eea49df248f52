"""An act as AuditEvents: patterns of IHE BALP, within the French profile TdE 2.0.0.

TdE allows one subtype and two agents: the client, which stands for the person and names the
software, and this server. When a search shows several patients' data there is one AuditEvent for
each, as BALP wants it, so that nobody learns from their own who else was looked at. What a search
asked about others (`identifier=a,b`, the place in a list that a page begins at) is not in those,
but in one AuditEvent more, which is nobody's.

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
SOURCE = {"coding": [{"system": DCM, "code": "110153"}]}
DESTINATION = {"coding": [{"system": DCM, "code": "110152"}]}
APPLICATION = {"coding": [{"system": DCM, "code": "110150"}]}
CUSTODIAN = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
            "code": "custodian",
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
        self._source = _encode(
            {
                "site": host,
                "observer": {"display": "Cordée"},
                "type": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/security-source-type",
                        "code": "4",
                    }
                ],
            }
        )
        self._agents = lru_cache(maxsize=4096)(self._written_agents)
        self._kinds = lru_cache(maxsize=256)(_written_kind)

    def of(self, act: Act, now: datetime) -> Iterator[bytes]:
        """Give the JSON of each AuditEvent of an act, as it is stored.

        It is put together from written pieces: each reading of the server makes one.
        """
        recorded = instant(now.timestamp())
        success = act.status < 400
        outcome = b"0" if success else b"4" if act.status < 500 else b"8"
        agents = self._agents(
            act.name, act.address, _key(act.caller), act.caller.purposes, act.caller.emergency
        )
        whole = _entities(act)
        alone = act.query and asked_of_one(act.query)
        named: list[str | None] = list(act.patients)
        if not named or alone != act.query:
            named.append(None)
        for patient in named:
            entities = whole if patient is None else _entities(act, alone)
            kind = self._kinds(act.name, success and _fits(act), patient is not None)
            yield _EVENT % (
                self._new_id().encode(),
                recorded,
                kind,
                instant(act.begun),
                instant(act.ended),
                recorded,
                outcome,
                b"" if success else _description(act.status),
                agents,
                self._source,
                b"" if patient is None else _person(patient),
                entities,
            )

    def _written_agents(
        self,
        name: str,
        address: str | None,
        caller: "_Key",
        purposes: frozenset[str],
        emergency: str | None,
    ) -> bytes:
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
        found = b'"agent":' + _encode([client, server])
        reasons: list[dict[str, Any]] = [
            {"coding": [{"system": ACT_REASON, "code": code}]}
            for code in sorted(purposes)
            if code != "BTG" or emergency is None
        ]
        if emergency is not None:
            reasons.append({"coding": [BREAK_GLASS], "text": emergency})
        return b'"purposeOfEvent":%b,%b' % (_encode(reasons), found) if reasons else found


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


def _written_kind(name: str, follows: bool, patient: bool) -> bytes:
    """Write what comes first: the profiles, and what kind of interaction it was."""
    kind = KINDS.get(name, OPERATION)
    profiles = [TDE]
    if kind.pattern and follows:
        profiles.append(f"{BALP}{'Patient' if patient else ''}{kind.pattern}")
    rest = {
        "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
        "code": "rest",
        "display": "RESTful Operation",
    }
    subtype = {
        "system": "http://hl7.org/fhir/restful-interaction",
        "code": kind.code,
        "display": kind.code,
    }
    return b'%b},"type":%b,"subtype":%b,"action":%b' % (
        _encode(profiles),
        _encode(rest),
        _encode([subtype]),
        _encode(kind.action),
    )


def _fits(act: Act) -> bool:
    """Tell whether BALP's pattern of the interaction has all that it wants."""
    return act.address is not None and (act.query is not None or act.id is not None)


def _person(patient: str) -> bytes:
    return b'{"what":{"reference":%b},%b},' % (_encode(f"Patient/{patient}"), _PERSON)


SHAPING = frozenset(
    f"_{word}"
    for word in (
        *("count", "elements", "format", "include", "lastUpdated", "profile", "revinclude"),
        *("security", "sort", "summary", "tag", "total", "type"),
    )
)
"""Parameters whose lists name no persons."""
PLACES = ("_after", "_before")


def asked_of_one(query: str) -> str:
    """Give a search as the trace of one patient tells it, without what may name another."""
    if "," not in query and "_" not in query:
        return query
    path, mark, asked = query.partition("?")
    pairs = [pair.partition("=") for pair in asked.split("&")]
    kept = [
        f"{name}=..." if _names_several(name, value) else f"{name}{equals}{value}"
        for name, equals, value in pairs
        if name not in PLACES
    ]
    return f"{path}{mark}{'&'.join(kept)}"


def _names_several(name: str, value: str) -> bool:
    return name == "_filter" or ("," in value and name.partition(":")[0] not in SHAPING)


def _entities(act: Act, query: str | None = None) -> bytes:
    """Write what was touched, asked or run, and the request's id, which is always there.

    `query` stands for what the act asked.
    """
    parts = []
    if act.id is not None and act.type is not None:
        reference = f"{act.type}/{act.id}"
        if act.version is not None:
            reference += f"/_history/{act.version}"
        digest = b""
        if act.digest is not None:
            digest = b',"detail":[{"type":"sha256","valueString":%b}]' % _encode(act.digest)
        parts.append(b'{"what":{"reference":%b},%b%b}' % (_encode(reference), _DATA, digest))
    if act.query is not None:
        asked = base64.b64encode((query or act.query).encode("utf-8", "replace"))
        parts.append(b'{%b,"query":"%b"}' % (_QUERY, asked))
    elif act.name.startswith("$"):
        told = [{"type": name, "valueString": text} for name, text in act.details]
        details = b',"detail":%b' % _encode(told) if told else b""
        parts.append(b'{%b,"name":%b%b}' % (_JOB, _encode(act.name), details))
    request_id = _encode(act.request_id or "none")
    parts.append(b'{"what":{"identifier":{"value":%b}},"type":%b}' % (request_id, _REQUEST_ID))
    return b",".join(parts)


def _coded(type: str, role: str) -> bytes:
    return b'"type":%b,"role":%b' % (
        _encode({"system": ENTITY_TYPE, "code": type}),
        _encode({"system": OBJECT_ROLE, "code": role}),
    )


_PERSON = _coded("1", "1")  # a person, a patient
_DATA = _coded("2", "4")  # a system object, a domain resource
_QUERY = _coded("2", "24")  # a query
_JOB = _coded("2", "20")  # a job
_REQUEST_ID = _encode(REQUEST_ID)

_EVENT = (
    b'{"resourceType":"AuditEvent","id":"%b","meta":{"versionId":"1","lastUpdated":"%b",'
    b'"profile":%b,"period":{"start":"%b","end":"%b"},"recorded":"%b","outcome":"%b",%b%b,'
    b'"source":%b,"entity":[%b%b]}'
)


@lru_cache(maxsize=64)
def _description(status: int) -> bytes:
    return b'"outcomeDesc":%b,' % _encode(f"{status} {HTTPStatus(status).phrase}")


def instant(seconds: float) -> bytes:
    """Write a time as a FHIR instant in UTC, to the millisecond."""
    whole, part = divmod(int(seconds * 1000), 1000)
    return b"%b.%03dZ" % (_second(whole), part)


@lru_cache(maxsize=64)
def _second(whole: int) -> bytes:
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
