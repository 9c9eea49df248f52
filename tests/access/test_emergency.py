"""Breaking the glass, over HTTP: who may, what it opens, for how long, and who is told."""

from typing import Any
from uuid import uuid4

import pytest

from access.serving import SYSTEM, Scene, Server
from cordee.access.caller import Caller

HEADER = "X-Emergency-Access"
REASON = {HEADER: "Personne inconsciente au domicile"}
DOCTOR = Caller(
    subject="smur@", kind="professional", perimeter="health", references=("PractitionerRole/smur@",)
)

pytestmark = pytest.mark.xdist_group("circles")
COORDINATOR = {"coding": [{"code": "330"}]}


@pytest.fixture
async def scene(circles: Server) -> Scene:
    """A patient with a circle, of this test alone."""
    scene = Scene(circles, uuid4().hex[:8])
    patient = {"reference": "Patient/p@"}
    member = {"reference": "PractitionerRole/dac@"}
    await scene.load(
        {"resourceType": "Patient", "id": "p@"},
        {
            "resourceType": "CareTeam",
            "id": "t@",
            "status": "active",
            "subject": patient,
            "participant": [{"role": [COORDINATOR], "member": member}],
        },
        {
            "resourceType": "Observation",
            "id": "o@",
            "status": "final",
            "code": {"text": "x"},
            "subject": patient,
        },
        {
            "resourceType": "Observation",
            "id": "m@",
            "meta": {"security": [{"code": "MASQUE_PS"}]},
            "status": "final",
            "code": {"text": "x"},
            "subject": patient,
        },
    )
    return scene


async def openings(scene: Scene) -> list[dict[str, Any]]:
    """Give the Consents and Communications of the record."""
    found = []
    for type in ("Consent", "Communication"):
        answer = await scene.send(SYSTEM, "GET", f"/{type}?patient=Patient/p@")
        found += [row["resource"] for row in answer.json().get("entry", ())]
    return found


async def test_a_reason_opens_one_record_for_a_while(scene: Scene) -> None:
    """The record is read, also by later requests; the coordinator is told, once."""
    assert (await scene.send(DOCTOR, "GET", "/Patient/p@")).status_code == 404
    answer = await scene.send(DOCTOR, "GET", "/Patient/p@/$everything", headers=REASON)
    assert answer.status_code == 200
    ids = {row["resource"]["id"] for row in answer.json()["entry"]}
    assert scene.own("o@") in ids
    assert scene.own("m@") not in ids
    assert (await scene.send(DOCTOR, "GET", "/Observation/o@")).status_code == 200
    again = await scene.send(DOCTOR, "GET", "/Observation?patient=Patient/p@", headers=REASON)
    assert again.status_code == 200
    consent, message = await openings(scene)
    assert consent["provision"]["actor"][0]["reference"]["reference"] == scene.own(
        "PractitionerRole/smur@"
    )
    assert message["recipient"] == [{"reference": scene.own("PractitionerRole/dac@")}]
    assert REASON[HEADER] in message["payload"][0]["contentString"]
    over = {"period": {"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T01:00:00Z"}}
    await scene.load(consent | {"provision": consent["provision"] | over})
    assert (await scene.send(DOCTOR, "GET", "/Observation/o@")).status_code == 404


async def test_it_is_for_reading(scene: Scene) -> None:
    """Nothing is written in a record that an emergency opened."""
    assert (await scene.send(DOCTOR, "GET", "/Patient/p@", headers=REASON)).status_code == 200
    body = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "y"},
        "subject": {"reference": "Patient/p@"},
    }
    assert (await scene.send(DOCTOR, "POST", "/Observation", body, REASON)).status_code == 403
    changed = body | {"id": "o@"}
    assert (await scene.send(DOCTOR, "PUT", "/Observation/o@", changed)).status_code == 403


async def test_what_does_not_read_opens_nothing(scene: Scene) -> None:
    """A deletion with the header does what it would do without it, and leaves no opening."""
    for url, status in (("/Patient/p@", 204), ("/Observation?patient=Patient/p@", 204)):
        answer = await scene.send(DOCTOR, "DELETE", url, headers=REASON)
        assert answer.status_code == status, answer.text
    assert await openings(scene) == []
    assert (await scene.send(DOCTOR, "GET", "/Observation/o@")).status_code == 404


@pytest.mark.parametrize(
    "url", ["/Patient/{}", "/Observation?patient={}", "/Patient/{}/$everything"]
)
async def test_who_may_open_nothing_learns_nothing(scene: Scene, url: str) -> None:
    """Somebody whom the directory does not know is answered alike, whether there is a record."""
    unknown = Caller(subject="x", kind="professional", perimeter="health")
    told = [
        (await scene.send(unknown, "GET", url.format(id), headers=REASON)).text
        for id in ("p@", "none@")
    ]
    assert told[0] == told[1]
    assert "whom the directory knows" in told[0]


REFUSED = {
    "no reason": (DOCTOR, "/Patient/p@", "urgent", 400),
    "no patient": (DOCTOR, "/Observation", REASON[HEADER], 400),
    "several patients": (DOCTOR, "/Observation?patient=p@,q@", REASON[HEADER], 400),
    "a patient": (
        Caller(subject="q", kind="patient", references=("Patient/q",)),
        "/Patient/p@",
        REASON[HEADER],
        403,
    ),
    "somebody unknown": (
        Caller(subject="x", kind="professional", perimeter="health"),
        "/Patient/p@",
        REASON[HEADER],
        403,
    ),
    "nobody there": (DOCTOR, "/Patient/none@", REASON[HEADER], 404),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_it_is_refused(scene: Scene, why: str) -> None:
    """Without a reason, without one patient, to those who are no professionals of the directory."""
    caller, url, reason, status = REFUSED[why]
    answer = await scene.send(caller, "GET", url, headers={HEADER: reason})
    assert answer.status_code == status, answer.text
    assert await openings(scene) == []


@pytest.mark.parametrize(
    ("purpose", "status"), [(["BTG"], 403), ([], 200)], ids=["to emergencies", "in general"]
)
async def test_opposition(scene: Scene, purpose: list[str], status: int) -> None:
    """A general opposition gives way to an emergency, one to emergencies does not."""
    rule: dict[str, Any] = {"type": "deny"}
    if purpose:
        rule["purpose"] = [{"code": code} for code in purpose]
    await scene.load(
        {
            "resourceType": "Consent",
            "id": "c@",
            "status": "active",
            "scope": {"coding": [{"code": "patient-privacy"}]},
            "category": [{"coding": [{"code": "59284-0"}]}],
            "patient": {"reference": "Patient/p@"},
            "policyRule": {"text": "CSP L1110-4"},
            "provision": rule,
        }
    )
    answer = await scene.send(DOCTOR, "GET", "/Patient/p@", headers=REASON)
    assert answer.status_code == status
