"""What AuditEvents say: IHE BALP's patterns within the French profile TdE 2.0.0."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from cordee.access.audit.act import Act
from cordee.access.audit.audit_event import BALP, KINDS, TDE, AuditEvents, instant
from cordee.access.caller import ANONYMOUS, Caller
from cordee.definitions.repository import Repository
from cordee.errors import Severity
from cordee.store import sheet
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

NOW = datetime(2026, 3, 4, 5, 6, 7, 89_000, UTC)
DOCTOR = Caller(
    subject="810000000001",
    issuer="https://issuer.example",
    client="lgc",
    name="Dr Jeanne Petit",
    kind="professional",
    references=("PractitionerRole/role", "Practitioner/petit"),
    purposes=frozenset({"TREAT"}),
)
DCM = "http://dicom.nema.org/resources/ontology/DCM"


def act(name: str, **more: Any) -> Act:
    """Make an act of a doctor on an Observation of one patient."""
    given: dict[str, Any] = {
        "status": 200,
        "begun": 1_772_600_000.25,
        "ended": 1_772_600_000.5,
        "caller": DOCTOR,
        "type": "Observation",
        "id": "o1",
        "version": 2,
        "patients": ("p1",),
        "request_id": "abc-1",
        "address": "10.1.2.3",
    }
    return Act(name=name, **(given | more))


def events(one: Act) -> list[dict[str, Any]]:
    """Give the AuditEvents of an act."""
    rows = list(AuditEvents("fhir.example").rows(one))
    written = sheet.written(instant(NOW.timestamp()), [str(uuid4()) for _ in rows], rows)
    return [json.loads(line) for line in sheet.read(written).lines()]


@pytest.fixture(scope="module")
def validator() -> Validator:
    repository = Repository.load()
    return Validator(repository, Terminology(repository))


ACTS = {
    **{name: act(name) for name in KINDS if name != "search"},
    "search": act("search", id=None, version=None, query="Observation?code=x|y"),
    "$everything": act("$everything", type="Patient", id="p1", version=None),
    "$export": act("$export", type=None, id=None, version=None, patients=(), status=202),
    "denied": act("read", status=403, patients=()),
    "unknown": act("read", status=401, caller=ANONYMOUS, patients=(), address=None),
    "failed": act("update", status=500),
    "anonymous": act("read", caller=ANONYMOUS),
    "broken glass": act("read", caller=Caller(subject="1", emergency="Urgence vitale")),
    "submitted": act("create", type="AuditEvent", digest="0" * 64),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_audit_event_keeps_to_the_french_profile(name: str, validator: Validator) -> None:
    """Our own validator finds no error in any kind of AuditEvent, against TdE and the base."""
    for event in events(ACTS[name]):
        report = validator.validate(event, (TDE,))
        errors = [issue for issue in report.render("en") if issue.severity is Severity.ERROR]
        assert errors == []
        assert report.ok
        assert TDE in event["meta"]["profile"]


@pytest.mark.parametrize(
    ("name", "pattern", "action", "client", "server"),
    [
        ("read", "PatientRead", "R", "110152", "110153"),
        ("vread", "PatientRead", "R", "110152", "110153"),
        ("create", "PatientCreate", "C", "110153", "110152"),
        ("patch", "PatientUpdate", "U", "110153", "110152"),
        ("update", "PatientUpdate", "U", "110153", "110152"),
        ("delete", "PatientDelete", "D", "110150", "custodian"),
        ("search", "PatientQuery", "E", "110153", "110152"),
    ],
)
def test_interactions_follow_the_patterns_of_balp(
    name: str, pattern: str, action: str, client: str, server: str
) -> None:
    """Action, roles of client and server, entities and the profile claimed are those of BALP."""
    (event,) = events(ACTS[name])
    assert event["meta"]["profile"][1] == BALP + pattern
    assert (event["action"], event["outcome"]) == (action, "0")
    roles = [agent["type"]["coding"][0]["code"] for agent in event["agent"]]
    assert roles == [client, server]
    assert [agent["requestor"] for agent in event["agent"]] == [True, False]
    assert all("network" in agent for agent in event["agent"])
    kinds = [(e["type"]["code"], e.get("role", {}).get("code")) for e in event["entity"]]
    data = ("2", "24") if name == "search" else ("2", "4")
    assert kinds == [("1", "1"), data, ("XrequestId", None)]
    assert event["entity"][0]["what"]["reference"] == "Patient/p1"


def test_an_audit_event_names_person_software_place_and_time() -> None:
    """Who it was stands there as reference, national id and name; what, down to the version."""
    (event,) = events(act("read"))
    client = event["agent"][0]
    assert client["who"] == {
        "reference": "Practitioner/petit",
        "identifier": {"system": "https://issuer.example", "value": "810000000001"},
        "display": "Dr Jeanne Petit, through lgc",
    }
    assert client["name"] == "Dr Jeanne Petit"
    assert client["network"] == {"address": "10.1.2.3", "type": "2"}
    assert event["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT"
    assert event["period"] == {
        "start": "2026-03-04T04:53:20.250Z",
        "end": "2026-03-04T04:53:20.500Z",
    }
    assert event["recorded"] == event["meta"]["lastUpdated"] == "2026-03-04T05:06:07.089Z"
    assert event["entity"][1]["what"]["reference"] == "Observation/o1/_history/2"
    assert event["entity"][2]["what"]["identifier"]["value"] == "abc-1"


def test_a_search_is_kept_as_asked_and_told_to_each_patient_alone() -> None:
    """Several patients' data in one answer make one AuditEvent each, with the query in base64."""
    found = events(act("search", id=None, query="Observation?code=x|y", patients=("p1", "p2")))
    named = [
        e["what"]["reference"]
        for event in found
        for e in event["entity"]
        if "role" in e and e["role"]["code"] == "1"
    ]
    assert named == ["Patient/p1", "Patient/p2"]
    assert len({event["id"] for event in found}) == 2
    for event in found:
        assert base64.b64decode(event["entity"][1]["query"]) == b"Observation?code=x|y"


def test_failures_say_how_they_failed_and_claim_no_pattern_of_success() -> None:
    """Refusals have outcome 4, faults of the server 8, both with the status in words."""
    (denied,) = events(ACTS["denied"])
    assert (denied["outcome"], denied["outcomeDesc"]) == ("4", "403 Forbidden")
    assert denied["meta"]["profile"] == [TDE]
    (failed,) = events(ACTS["failed"])
    assert (failed["outcome"], failed["outcomeDesc"]) == ("8", "500 Internal Server Error")


def test_broken_glass_gives_its_reason() -> None:
    """The purpose is BTG, with the words the caller gave."""
    (event,) = events(ACTS["broken glass"])
    (purpose,) = event["purposeOfEvent"]
    assert (purpose["coding"][0]["code"], purpose["text"]) == ("BTG", "Urgence vitale")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Patient?identifier=ins|1,ins|2&active=true", "Patient?identifier=...&active=true"),
        ("Observation?patient=Patient/p1,Patient/p2", "Observation?patient=..."),
        ("Patient?_sort=family,given&_after=c2VjcmV0", "Patient?_sort=family,given"),
        ("Patient?_filter=family%20eq%20a%20or%20family%20eq%20b", "Patient?_filter=..."),
        ("Observation?patient.identifier:in=a,b", "Observation?patient.identifier:in=..."),
    ],
)
def test_the_trace_of_one_patient_names_no_other(asked: str, told: str) -> None:
    """Lists that may name others, and places in lists, are told in a trace that is nobody's."""
    found = events(act("search", id=None, version=None, query=asked))
    queries = {
        base64.b64decode(entity["query"]).decode(): event["entity"][0].get("what")
        for event in found
        for entity in event["entity"]
        if "query" in entity
    }
    assert queries == {told: {"reference": "Patient/p1"}, asked: None}
