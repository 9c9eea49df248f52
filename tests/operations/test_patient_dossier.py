"""`$dossier` over HTTP: what counts about one person, in one call."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from cordee.coordination.dossier import SECTIONS
from cordee.resource import json
from cordee.resource.types import Resource

EXAMPLES = Path(__file__).resolve().parents[2] / "ig/examples"
PERSON = {"reference": "Patient/person"}


@pytest.fixture
async def client(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """A server that holds the examples of the guide."""
    opened = http
    entries = []
    for path in sorted(EXAMPLES.glob("*.json")):
        resource = json.parse(path.read_bytes())
        url = f"{resource['resourceType']}/{resource['id']}"
        entries.append({"resource": resource, "request": {"method": "PUT", "url": url}})
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    headers = {"content-type": "application/fhir+json"}
    answer = await opened.post("/", content=json.serialize(bundle), headers=headers)
    assert answer.status_code == 200, answer.text
    return opened


async def dossier(client: httpx.AsyncClient, query: str = "") -> Resource:
    """Call the operation on the person of the examples."""
    answer = await client.get(f"/Patient/person/$dossier{query}")
    assert answer.status_code == 200, answer.text
    found: Resource = answer.json()
    return found


def names(found: Resource, mode: str = "match") -> list[str]:
    """The resources of a searchset, in order."""
    rows = [row for row in found["entry"] if row["search"]["mode"] == mode]
    return [f"{row['resource']['resourceType']}/{row['resource']['id']}" for row in rows]


async def test_one_call_gives_what_one_looks_at_first(client: httpx.AsyncClient) -> None:
    """The person leads; every kind of the guide's examples that is in force follows."""
    found = names(await dossier(client))
    assert found[0] == "Patient/person"
    assert {"EpisodeOfCare/dossier", "CareTeam/circle", "CarePlan/plan", "Goal/goal"} <= set(found)
    assert {"Flag/alert", "ServiceRequest/referral", "Appointment/visit"} <= set(found)
    assert found.index("CareTeam/circle") < found.index("CarePlan/plan")


async def test_the_people_named_come_along(client: httpx.AsyncClient) -> None:
    """Members of the circle are included, each once."""
    outside = names(await dossier(client), "include")
    assert "PractitionerRole/practice-1" in outside
    assert len(outside) == len(set(outside))


async def test_what_is_over_stays_away(client: httpx.AsyncClient) -> None:
    """A flag that was lifted, a task that is done and a past appointment are not shown."""
    alert = (await client.get("/Flag/alert")).json()
    await client.put("/Flag/alert", json=alert | {"status": "inactive"})
    past = {"start": "2020-01-01T10:00:00Z", "end": "2020-01-01T11:00:00Z"}
    visit = (await client.get("/Appointment/visit")).json()
    await client.put("/Appointment/visit", json=visit | past)
    found = names(await dossier(client))
    assert not {"Flag/alert", "Task/activity", "Appointment/visit"} & set(found)


async def test_only_the_latest_of_many_notes_are_shown(client: httpx.AsyncClient) -> None:
    """Each section has its limit, newest first, and `_count` lowers it."""
    for day in range(1, 26):
        note: dict[str, Any] = {"resourceType": "Communication", "status": "completed"}
        note |= {"subject": PERSON, "sent": f"2027-01-{day:02}T10:00:00Z"}
        await client.post("/Communication", json=note)
    rows = (await dossier(client))["entry"]
    sent = [row["resource"]["sent"] for row in rows if "sent" in row["resource"]]
    assert len(sent) == 20
    assert sent == sorted(sent, reverse=True)
    few = names(await dossier(client, "?_count=2"))
    assert sum(name.startswith("Communication/") for name in few) == 2


async def test_everything_holds_the_whole_dossier(client: httpx.AsyncClient) -> None:
    """Nothing is in the dossier that `$everything` would not give."""
    everything = (await client.get("/Patient/person/$everything?_count=1000")).json()
    assert set(names(await dossier(client))) <= set(names(everything))


async def test_the_document_is_valid(client: httpx.AsyncClient) -> None:
    """The FHIR document has a section a kind, holds what it lists, and passes the validator."""
    found = await dossier(client, "?document=true")
    assert found["type"] == "document"
    composition = found["entry"][0]["resource"]
    assert [section["title"] for section in composition["section"]] == [
        section.title for section in SECTIONS
    ]
    held = {entry["fullUrl"] for entry in found["entry"]}
    for section in composition["section"]:
        assert {entry["reference"] for entry in section.get("entry", ())} <= held
    verdict = (await client.post("/Bundle/$validate", json=found)).json()
    errors = [issue for issue in verdict["issue"] if issue["severity"] in {"error", "fatal"}]
    assert errors == []


async def test_an_unknown_person_has_no_dossier(client: httpx.AsyncClient) -> None:
    """Nor has one who was deleted."""
    assert (await client.get("/Patient/nobody/$dossier")).status_code == 404
    await client.put("/Patient/gone", json={"resourceType": "Patient", "id": "gone"})
    await client.delete("/Patient/gone")
    assert (await client.get("/Patient/gone/$dossier")).status_code == 410


async def test_what_was_prescribed_and_given_is_seen(client: httpx.AsyncClient) -> None:
    """Treatments in force, vaccinations done, and the documents that say so, beside the notes."""
    loinc = "http://loinc.org"
    content = {"attachment": {"contentType": "text/plain", "data": "T0s="}}
    for number, code in enumerate(("57833-6", "34120-6", "11369-6")):
        paper: dict[str, Any] = {
            "resourceType": "DocumentReference",
            "id": f"paper-{number}",
            "status": "current",
        }
        kind = {"coding": [{"system": loinc, "code": code}]}
        answer = await client.put(
            f"/DocumentReference/paper-{number}",
            json=paper | {"type": kind, "subject": PERSON, "content": [content]},
        )
        assert answer.status_code == 201, answer.text
    for id, status in (("going", "active"), ("over", "completed")):
        asked: dict[str, Any] = {
            "resourceType": "MedicationRequest",
            "id": id,
            "status": status,
            "intent": "order",
        }
        asked |= {"medicationCodeableConcept": {"text": "Bisoprolol 2,5 mg"}, "subject": PERSON}
        assert (await client.put(f"/MedicationRequest/{id}", json=asked)).status_code == 201
    shot: dict[str, Any] = {
        "resourceType": "Immunization",
        "id": "shot",
        "status": "completed",
        "patient": PERSON,
    }
    shot |= {"vaccineCode": {"text": "Grippe"}, "occurrenceDateTime": "2026-10-20"}
    assert (await client.put("/Immunization/shot", json=shot)).status_code == 201
    found = names(await dossier(client))
    assert {f"DocumentReference/paper-{number}" for number in range(3)} <= set(found)
    assert {"MedicationRequest/going", "Immunization/shot", "DocumentReference/note"} <= set(found)
    assert "MedicationRequest/over" not in found
    assert len(found) == len(set(found))
