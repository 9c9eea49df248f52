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
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from cordee.access.audit.act import Act
from cordee.access.caller import Caller
from cordee.outcome import phrase
from cordee.store.sheet import MARK, RECORDED, Form, Row

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

    def __init__(self, host: str) -> None:
        """Prepare what all of them share."""
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
        self._forms = lru_cache(maxsize=4096)(self._form)
        self._agents = lru_cache(maxsize=4096)(self._written_agents)
        self._kinds = lru_cache(maxsize=256)(_written_kind)

    def rows(self, act: Act) -> Iterator[Row]:
        """Give a row for each AuditEvent of an act: what it is like, and what is its own.

        Each reading of the server makes one: what many have in common is written once.
        """
        query = act.query
        alone = None if query is None else asked_of_one(query)
        named: tuple[str | None, ...] = act.patients
        if not named or alone != query:
            named = (*named, None)
        caller = act.caller
        touched = () if act.id is None or act.type is None else _touched(act)
        details = act.details if query is None and act.name.startswith("$") else ()
        job = tuple(name for name, _ in details)
        told = tuple(_inner(text) for _, text in details)
        request = _inner(act.request_id or "none")
        begun, ended = instant(act.begun), instant(act.ended)
        for patient in named:
            alike = _Alike(
                act.name,
                act.status,
                act.address,
                _key(caller),
                caller.purposes,
                caller.emergency,
                patient is not None,
                act.type if touched else None,
                act.version is not None,
                act.digest is not None,
                query is not None,
                job,
            )
            asked = alone if patient is not None else query
            yield (
                self._forms(alike),
                (
                    *(begun, ended),
                    *(() if patient is None else (_known_inner(patient),)),
                    *touched,
                    *(told if asked is None else (_query(asked),)),
                    request,
                ),
            )

    def _form(self, alike: "_Alike") -> Form:
        """Write what AuditEvents of one kind, of one caller, have in common."""
        success = alike.status < 400
        fits = alike.address is not None and (alike.query or alike.type is not None)
        outcome = b"0" if success else b"4" if alike.status < 500 else b"8"
        text = _EVENT % (
            *(_slot("id"), _slot(RECORDED)),
            self._kinds(alike.name, success and fits, alike.patient),
            *(_slot("begun"), _slot("ended"), _slot(RECORDED), outcome),
            b"" if success else _description(alike.status),
            self._agents(alike.name, alike.address, alike.caller, alike.purposes, alike.emergency),
            self._source,
            _PERSON_OF if alike.patient else b"",
            _entities(alike),
        )
        return Form.of(text.decode())

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


class _Alike(NamedTuple):
    """What lines that are alike have in common, and which slots they have."""

    name: str
    status: int
    address: str | None
    caller: _Key
    purposes: frozenset[str]
    emergency: str | None
    patient: bool
    type: str | None
    version: bool
    digest: bool
    query: bool
    job: tuple[str, ...]


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


def _touched(act: Act) -> tuple[str, ...]:
    """Give what stands for the resource in a row: its id, and version and digest if known."""
    parts = (act.id, None if act.version is None else str(act.version), act.digest)
    return tuple([_known_inner(part) for part in parts if part is not None])


def _query(asked: str) -> str:
    return base64.b64encode(asked.encode("utf-8", "replace")).decode()


def _entities(alike: _Alike) -> bytes:
    """Write what was touched, asked or run, and the request's id, which is always there."""
    parts = []
    if alike.type is not None:
        reference = b"%b/%b" % (_inner(alike.type).encode(), _slot("touched"))
        if alike.version:
            reference += b"/_history/" + _slot("version")
        found = b',"detail":[{"type":"sha256","valueString":"%b"}]' % _slot("digest")
        parts.append(
            b'{"what":{"reference":"%b"},%b%b}' % (reference, _DATA, found if alike.digest else b"")
        )
    if alike.query:
        parts.append(b'{%b,"query":"%b"}' % (_QUERY, _slot("query")))
    elif alike.name.startswith("$"):
        told = [
            b'{"type":%b,"valueString":"%b"}' % (_encode(detail), _slot("told"))
            for detail in alike.job
        ]
        details = b',"detail":[%b]' % b",".join(told) if told else b""
        parts.append(b'{%b,"name":%b%b}' % (_JOB, _encode(alike.name), details))
    request = b'{"what":{"identifier":{"value":"%b"}},"type":%b}'
    parts.append(request % (_slot("request"), _REQUEST_ID))
    return b",".join(parts)


def _slot(name: str) -> bytes:
    return f"{MARK}{name}{MARK}".encode()


def _inner(text: str) -> str:
    """Write a text as it stands between the quotes of JSON."""
    if _PLAIN(text):
        return text
    return _encode(text)[1:-1].decode()


_PLAIN = re.compile(r"[A-Za-z0-9.\-]+").fullmatch
_known_inner = lru_cache(maxsize=4096)(_inner)


def _coded(type: str, role: str) -> bytes:
    return b'"type":%b,"role":%b' % (
        _encode({"system": ENTITY_TYPE, "code": type}),
        _encode({"system": OBJECT_ROLE, "code": role}),
    )


_PERSON = _coded("1", "1")  # a person, a patient
_DATA = _coded("2", "4")  # a system object, a domain resource
_QUERY = _coded("2", "24")  # a query
_JOB = _coded("2", "20")  # a job
_PERSON_OF = b'{"what":{"reference":"Patient/%b"},%b},' % (_slot("patient"), _PERSON)
_REQUEST_ID = _encode(REQUEST_ID)

_EVENT = (
    b'{"resourceType":"AuditEvent","id":"%b","meta":{"versionId":"1","lastUpdated":"%b",'
    b'"profile":%b,"period":{"start":"%b","end":"%b"},"recorded":"%b","outcome":"%b",%b%b,'
    b'"source":%b,"entity":[%b%b]}'
)


@lru_cache(maxsize=64)
def _description(status: int) -> bytes:
    return b'"outcomeDesc":%b,' % _encode(f"{status} {phrase(status)}")


def instant(seconds: float) -> str:
    """Write a time as a FHIR instant in UTC, to the millisecond."""
    return _instant(int(seconds * 1000))


@lru_cache(maxsize=4096)
def _instant(milliseconds: int) -> str:
    whole, part = divmod(milliseconds, 1000)
    return f"{_second(whole)}.{part:03d}Z"


@lru_cache(maxsize=64)
def _second(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
