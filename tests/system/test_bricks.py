"""Each brick of coordination as its users would try it, on a real server with the demo territory.

The client is fhirpy, which nobody here wrote; what it has no word for goes over plain HTTP.
"""

import asyncio
import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fhirpy import SyncFHIRClient
from websockets.asyncio.client import connect

from coordination.agenda.writing import availability, schedule, service
from system.conftest import Running
from system.subscriber import active

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("bricks")]
CIRCLE = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/cds-ihe-careteam"
NOTE = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-document-reference"
URGENT = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-ext-is-emergency"
MESSAGE = "https://cordee.example/fhir/StructureDefinition/coordination-message"
PARIS = ZoneInfo("Europe/Paris")
PHOTO = b"\x89PNG\r\n\x1a\n\x00\x00"
YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"


@pytest.fixture(scope="module")
def client(demo: Running) -> SyncFHIRClient:
    return SyncFHIRClient(demo.base_url)


@pytest.fixture(scope="module")
def http(demo: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo.base_url, timeout=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def circle(client: SyncFHIRClient) -> Any:
    """The circle of somebody in the territory."""
    found = client.resources("CareTeam").search(status="active", _profile=CIRCLE).first()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def person(circle: Any) -> str:
    """Whose circle it is."""
    name: str = circle["subject"]["reference"]
    return name


def about(person: str) -> dict[str, Any]:
    """The reference to the person."""
    return {"reference": person}


def run(client: SyncFHIRClient, path: str, **values: Any) -> Any:
    """Call an operation with parameters such as subject="Patient/1"."""
    rows = [
        {"name": name, "valueReference" if isinstance(value, dict) else "valueString": value}
        for name, value in values.items()
    ]
    return client.execute(path, data={"resourceType": "Parameters", "parameter": rows})


def test_dossier(client: SyncFHIRClient, http: httpx.Client, person: str) -> None:
    """A member sees the whole dossier in one call; a stranger to the territory has none."""
    dossier = client.execute(f"{person}/$dossier", method="get")
    kinds = {entry["resource"]["resourceType"] for entry in dossier["entry"]}
    assert {"Patient", "EpisodeOfCare", "CareTeam", "CarePlan", "PractitionerRole"} <= kinds
    assert http.get("/Patient/nobody/$dossier").status_code == 404


def test_circle(client: SyncFHIRClient, http: httpx.Client, circle: Any, person: str) -> None:
    """Members come and go, the history shows it, and a second circle is refused by name."""
    member = about("Organization/visitors")
    joined = run(client, f"CareTeam/{circle['id']}/$join", member=member)
    left = run(client, f"CareTeam/{circle['id']}/$leave", member=member)
    assert len(joined["participant"]) == len(left["participant"])
    assert "end" in left["participant"][-1]["period"]
    assert http.get(f"/CareTeam/{circle['id']}/_history").json()["total"] >= 3
    second = {key: value for key, value in dict(circle).items() if key not in {"id", "meta"}}
    second["meta"] = {"profile": [CIRCLE]}
    refused = http.post("/CareTeam", json=second)
    assert refused.status_code == 409
    assert circle["id"] in refused.text
    assert client.resources("CareTeam").search(patient=person).count() >= 1


def test_plan(client: SyncFHIRClient, http: httpx.Client, person: str) -> None:
    """Two professionals edit with If-Match; who comes second is told; progress is computed."""
    plan = client.resources("CarePlan").search(patient=person).first()
    assert plan is not None
    url, body = f"/CarePlan/{plan['id']}", http.get(f"/CarePlan/{plan['id']}").json()
    seen = {"If-Match": f'W/"{body["meta"]["versionId"]}"'}
    noted = body | {"note": [{"text": "a"}]}
    assert http.put(url, json=noted).status_code == 428
    assert http.put(url, json=noted, headers=seen).status_code == 200
    assert http.put(url, json=body, headers=seen).status_code == 412
    progress = client.execute(f"CarePlan/{plan['id']}/$progress", method="get")
    assert progress["parameter"][0] == {"name": "total", "valueInteger": len(plan["activity"])}


def test_forms(client: SyncFHIRClient, http: httpx.Client, person: str) -> None:
    """A form is filled, its score computed, the finding extracted and seen; nonsense is refused."""
    draft = http.get(f"/Questionnaire/gds-15/$populate?subject={person}").json()
    response = draft["parameter"][0]["resource"]
    no = [{"valueCoding": {"system": YES_NO, "code": "N"}}]
    for item in response["item"]:
        if item["linkId"].startswith("q"):
            item["answer"] = no
    made = http.post("/QuestionnaireResponse", json=response | {"status": "completed"})
    assert made.status_code == 201, made.text
    bundle = client.execute(f"QuestionnaireResponse/{made.json()['id']}/$extract", method="get")
    assert http.post("", json=dict(bundle)).status_code == 200
    scores = client.resources("Observation").search(patient=person, code="gds-15")
    found = scores.first()
    assert found is not None
    assert found["valueInteger"] == 5
    response["item"][0]["answer"] = [{"valueString": "peut-être"}]
    refused = http.post("/QuestionnaireResponse", json=response | {"status": "completed"})
    assert refused.status_code == 422


def test_screening(client: SyncFHIRClient, http: httpx.Client, person: str) -> None:
    """Somebody signals a frailty; who coordinates gets a task."""
    answer = [{"valueCoding": {"system": YES_NO, "code": "Y"}}]
    items = [{"linkId": f"q{number}", "answer": answer} for number in range(1, 7)]
    form = "https://cordee.example/fhir/Questionnaire/frailty"
    response = {"resourceType": "QuestionnaireResponse", "questionnaire": form, "item": items}
    made = http.post(
        "/QuestionnaireResponse", json=response | {"status": "completed", "subject": about(person)}
    )
    assert made.status_code == 201, made.text
    tasks = client.resources("Task").search(patient=person, code="screening").fetch()
    assert [task["focus"]["reference"] for task in tasks] == [
        f"QuestionnaireResponse/{made.json()['id']}"
    ]


def test_pathway(client: SyncFHIRClient, person: str) -> None:
    """Dated tasks for the members; ending one opens the next; entering twice is entering once."""
    plan = run(client, "PlanDefinition/vigilans/$apply", subject=person)
    assert run(client, "PlanDefinition/vigilans/$apply", subject=person)["id"] == plan["id"]

    def steps() -> dict[str, Any]:
        found = client.resources("Task").search(patient=person, _count=200).fetch_all()
        rows = [
            task
            for task in found
            if dict(task).get("basedOn", [{}])[0].get("reference") == f"CarePlan/{plan['id']}"
        ]
        return {task["identifier"][0]["value"].partition("/")[2]: task for task in rows}

    before = steps()
    assert before["call"]["status"] == "draft"
    before["card"]["status"] = "completed"
    before["card"].save()
    assert steps()["call"]["status"] == "requested"


def test_agenda(client: SyncFHIRClient, http: httpx.Client) -> None:
    """Of many who book a slot one gets it; the calendar shows it until its link is revoked."""
    role = client.resources("PractitionerRole").first()
    assert role is not None
    name = f"PractitionerRole/{role['id']}"
    agenda = client.resource("Schedule", actor=[about(name)])
    agenda.save()
    times = {"start": "2099-12-01T09:00:00+01:00", "end": "2099-12-01T09:30:00+01:00"}
    slot = client.resource(
        "Slot", schedule=about(f"Schedule/{agenda['id']}"), status="free", **times
    )
    slot.save()
    who = [{"actor": about(name), "status": "accepted"}]
    visit = {"resourceType": "Appointment", "status": "booked", "participant": who} | times
    visit["slot"] = [about(f"Slot/{slot['id']}")]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: http.post("/Appointment", json=visit), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    url = run(client, f"{name}/$calendar-link")["parameter"][0]["valueUrl"]
    assert "BEGIN:VEVENT" in httpx.get(url).text
    http.post(f"/{name}/$calendar-link?revoke=true")
    assert httpx.get(url).status_code == 404


def test_recurring_agenda(client: SyncFHIRClient, http: httpx.Client, circle: Any) -> None:
    """Opening hours become slots; a time that two members share is proposed, booked, given back."""
    members = [
        each["member"]["reference"]
        for each in circle["participant"]
        if each["member"]["reference"].startswith("PractitionerRole/")
        and "end" not in each.get("period", {})
    ][:2]
    day = datetime.now(PARIS).date() + timedelta(days=2)
    for hours, member in zip(((9, 11), (10, 12)), members, strict=True):
        first, last = (datetime.combine(day, time(hour), PARIS).isoformat() for hour in hours)
        agenda = schedule(
            availability(first, last, freq="DAILY"), service(30), actor=[about(member)]
        )
        made = http.post("/Schedule", json={k: v for k, v in agenda.items() if k != "id"})
        assert made.status_code == 201, made.text
    query = f"start={day}&end={day}&duration=60&" + "&".join(f"participant={m}" for m in members)
    found = http.get(f"/CareTeam/{circle['id']}/$free-slots?{query}").json()
    [proposal] = [entry["resource"] for entry in found["entry"]]
    assert proposal["start"] == datetime.combine(day, time(10), PARIS).isoformat()
    assert len(proposal["slot"]) == 4
    booked = http.post("/Appointment", json=proposal | {"status": "booked"})
    assert booked.status_code == 201, booked.text
    assert http.post("/Appointment", json=proposal | {"status": "booked"}).status_code == 409
    visit = client.resource("Appointment", **(booked.json() | {"status": "cancelled"}))
    visit.save()
    assert http.get(f"/CareTeam/{circle['id']}/$free-slots?{query}").json()["total"] == 1


def test_booklet(client: SyncFHIRClient, http: httpx.Client, person: str) -> None:
    """A note of the liaison booklet is found by person, type and visibility."""
    note = client.resources("DocumentReference").search(patient=person, _profile=NOTE).first()
    assert note is not None
    label = {
        "coding": [
            {
                "system": "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
                "code": "MASQUE_PS",
            }
        ]
    }
    masked = http.get(f"/DocumentReference/{note['id']}").json() | {"securityLabel": [label]}
    assert http.put(f"/DocumentReference/{note['id']}", json=masked).status_code == 200
    found = client.resources("DocumentReference").search(
        **{"patient": person, "security-label": "MASQUE_PS"}
    )
    assert [each["id"] for each in found.fetch()] == [note["id"]]


def test_booklet_thread(client: SyncFHIRClient, http: httpx.Client, person: str) -> None:
    """A note is answered and the thread holds; an urgent one is told to the circle, once."""
    first = client.resources("DocumentReference").search(patient=person, _profile=NOTE).first()
    assert first is not None
    kept = {"resourceType", "status", "type", "subject", "author", "content", "securityLabel"}
    reply = {key: value for key, value in dict(first).items() if key in kept}
    reply["meta"] = {"profile": [NOTE]}
    reply["relatesTo"] = [{"code": "appends", "target": about(f"DocumentReference/{first['id']}")}]
    reply["extension"] = [{"url": URGENT, "valueBoolean": True}]
    assert http.post("/DocumentReference", json=reply).status_code == 201
    refused = http.delete(f"/DocumentReference/{first['id']}")
    assert refused.status_code == 409
    assert "answers" in refused.text
    urgent = client.resources("DocumentReference").search(patient=person, urgent="true").fetch()
    assert len(urgent) == 1
    heard = http.get(f"/Communication?subject={person}&_sort=-sent").json()["entry"]
    told = [one["resource"] for one in heard if "Note urgente" in str(one)]
    assert [one["about"][0]["reference"] for one in told] == [
        f"DocumentReference/{urgent[0]['id']}"
    ]


async def test_messages(demo: Running, circle: Any, person: str) -> None:
    """A message with a photo comes over the websocket as it is sent, is read and withdrawn."""
    sender, reader = (
        each["member"]["reference"]
        for each in circle["participant"][:2]
        if "end" not in each.get("period", {})
    )
    hook = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "messages",
        "criteria": f"Communication?subject={person}",
        "channel": {"type": "websocket"},
    }
    async with httpx.AsyncClient(base_url=demo.base_url, timeout=60) as http:
        id = await active(demo.base_url, hook)
        asked = await http.get(f"/Subscription/{id}/$get-ws-binding-token")
        rows = {row["name"]: row for row in asked.json()["parameter"]}
        unread = f"/CareTeam/{circle['id']}/$unread?reader={reader}&count=0"
        before = (await http.get(unread)).json()["total"]
        photo = await http.post("/Binary", content=PHOTO, headers={"Content-Type": "image/png"})
        assert photo.status_code == 201
        attached = {"contentType": "image/png", "url": f"Binary/{photo.json()['id']}"}
        message = {
            "resourceType": "Communication",
            "meta": {"profile": [MESSAGE]},
            "status": "completed",
            "subject": about(person),
            "sent": datetime.now(PARIS).isoformat(timespec="seconds"),
            "sender": about(sender),
            "recipient": [about(reader)],
            "payload": [{"contentString": "Voyez."}, {"contentAttachment": attached}],
        }
        stranger = message | {"recipient": [about("PractitionerRole/nobody")]}
        assert (await http.post("/Communication", json=stranger)).status_code == 422
        async with connect(rows["websocket-url"]["valueUrl"]) as socket:
            await socket.send(f"bind {id}")
            assert await asyncio.wait_for(socket.recv(), 10) == f"bound {id}"
            sent = await http.post("/Communication", json=message)
            assert sent.status_code == 201, sent.text
            assert await asyncio.wait_for(socket.recv(), 10) == f"ping {id}"
            assert (await http.get(unread)).json()["total"] == before + 1
            url = f"/Communication/{sent.json()['id']}"
            named = [{"name": "reader", "valueReference": about(reader)}]
            body = {"resourceType": "Parameters", "parameter": named}
            read = await http.post(f"{url}/$read", json=body)
            assert read.status_code == 200, read.text
            assert await asyncio.wait_for(socket.recv(), 10) == f"ping {id}"
        assert (await http.get(unread)).json()["total"] == before
        changed = read.json() | {"payload": [{"contentString": "Autre chose"}]}
        assert (await http.put(url, json=changed)).status_code == 422
        assert (await http.delete(url)).status_code == 409
        withdrawn = read.json() | {"status": "entered-in-error"}
        assert (await http.put(url, json=withdrawn)).status_code == 200


def test_documents(client: SyncFHIRClient, http: httpx.Client, person: str) -> None:
    """A prescription is kept with what it prescribes, found by type, and shown in the dossier."""
    text = {"contentType": "application/pdf", "data": base64.b64encode(b"%PDF-1.7").decode()}
    kind = {"coding": [{"system": "http://loinc.org", "code": "57833-6"}]}
    request = client.resource(
        "MedicationRequest",
        status="active",
        intent="order",
        medicationCodeableConcept={"text": "Paracétamol 500 mg"},
        subject=about(person),
    )
    request.save()
    document: dict[str, Any] = {"resourceType": "DocumentReference", "status": "current"}
    document |= {"subject": about(person), "type": kind, "content": [{"attachment": text}]}
    document["context"] = {"related": [about(f"MedicationRequest/{request['id']}")]}
    made = http.post("/DocumentReference", json=document)
    assert made.status_code == 201, made.text
    kinds = "http://loinc.org|57833-6"
    found = client.resources("DocumentReference").search(patient=person, type=kinds).fetch()
    assert [each["id"] for each in found] == [made.json()["id"]]
    assert made.json()["id"] in http.get(f"/{person}/$dossier").text
    text["data"] = base64.b64encode(b"MZ\x90\x00").decode()
    assert http.post("/DocumentReference", json=document).status_code == 422


def test_alert(client: SyncFHIRClient, person: str) -> None:
    """A fall raises an alert once, and tells the circle once."""
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "217082002"}]}
    for _ in range(2):
        client.resource("Observation", status="final", code=code, subject=about(person)).save()
    flags = client.resources("Flag").search(patient=person, status="active").fetch()
    assert sum(flag["code"].get("text") == "Chute signalée" for flag in flags) == 1


def test_referral(client: SyncFHIRClient, http: httpx.Client, person: str) -> None:
    """A request is followed to its end, polled by time and structure, and not opened again."""
    request = client.resource(
        "ServiceRequest", status="active", intent="order", subject=about(person)
    )
    request.save()
    task = client.resource(
        "Task",
        status="requested",
        intent="order",
        basedOn=[about(f"ServiceRequest/{request['id']}")],
        owner=about("Organization/esms"),
        **{"for": about(person)},
    )
    task.save()
    since = task["meta"]["lastUpdated"]
    polled = client.resources("Task").search(_lastUpdated=f"ge{since}", owner="Organization/esms")
    assert [each["id"] for each in polled.fetch()] == [task["id"]]
    for status in ("accepted", "in-progress", "completed"):
        task["status"] = status
        task.save()
    reopened = http.get(f"/Task/{task['id']}").json() | {"status": "in-progress"}
    assert http.put(f"/Task/{task['id']}", json=reopened).status_code == 409


def test_closing(client: SyncFHIRClient, http: httpx.Client) -> None:
    """A closed dossier is read, not written, and kept as a document as it was."""
    person = client.resource("Patient", name=[{"family": "Sortie"}])
    person.save()
    whose = about(f"Patient/{person['id']}")
    episode = client.resource("EpisodeOfCare", status="active", patient=whose)
    episode.save()
    said = {"resourceType": "Communication", "status": "completed", "subject": whose}
    assert http.post("/Communication", json=said).status_code == 201
    episode["status"] = "finished"
    episode.save()
    assert http.post("/Communication", json=said).status_code == 409
    assert http.get(f"/Patient/{person['id']}/$everything").status_code == 200
    kept = client.resources("DocumentReference").search(patient=f"Patient/{person['id']}").first()
    assert kept is not None
    archive = http.get(f"/{kept['content'][0]['attachment']['url']}", headers={"Accept": "*/*"})
    kinds = {entry["resource"]["resourceType"] for entry in archive.json()["entry"]}
    assert kinds == {"Composition", "Patient", "EpisodeOfCare", "Communication"}
    changed = http.get(f"/DocumentReference/{kept['id']}").json() | {"status": "superseded"}
    assert http.put(f"/DocumentReference/{kept['id']}", json=changed).status_code == 409
