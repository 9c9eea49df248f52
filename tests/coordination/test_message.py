"""Messages of a circle: to members alone, as they were sent, read by whom."""

import asyncio
from typing import Any

import pytest

from coordination.conftest import Record

PROFILE = "https://cordee.example/fhir/StructureDefinition/coordination-message"
PERSON = {"reference": "Patient/p"}
SENT = "2026-11-22T10:00:00+01:00"


def reference(name: str) -> dict[str, Any]:
    return {"reference": name}


def message(id: str, *to: str, **more: Any) -> dict[str, Any]:
    """A message of the nurse, to the circle unless said."""
    return {
        "resourceType": "Communication",
        "id": id,
        "meta": {"profile": [PROFILE]},
        "status": "completed",
        "subject": PERSON,
        "sent": SENT,
        "sender": reference("PractitionerRole/nurse"),
        "recipient": [reference(name) for name in to or ("CareTeam/t",)],
        "payload": [{"contentString": "Le bilan est arrivé."}],
    } | more


def stay(name: str, **period: str) -> dict[str, Any]:
    """A participation."""
    return {"member": reference(name), "period": period}


@pytest.fixture
async def circle(record: Record) -> Record:
    """A circle of a nurse, a doctor, a structure and one who left."""
    members = [
        stay("PractitionerRole/nurse", start="2026-01-01"),
        stay("PractitionerRole/gp", start="2026-11-22T12:00:00+01:00"),
        stay("Organization/home", start="2026-01-01"),
        stay("PractitionerRole/left", start="2026-01-01", end="2026-02-01"),
    ]
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": PERSON}
    await record.stored(team | {"participant": members})
    for id, place in (("gp", "cabinet"), ("aide", "home"), ("out", "other")):
        role = {"resourceType": "PractitionerRole", "id": id}
        links = {
            "practitioner": reference(f"Practitioner/{id}"),
            "organization": reference(f"Organization/{place}"),
        }
        await record.stored(role | links)
    return record


async def read(record: Record, id: str, reader: str) -> Any:
    """Say that somebody has read a message."""
    rows = [{"name": "reader", "valueReference": reference(reader)}]
    body = {"resourceType": "Parameters", "parameter": rows}
    return await record.http.post(f"/Communication/{id}/$read", json=body)


async def unread(record: Record, reader: str) -> list[str]:
    """The ids of what somebody has not read."""
    bundle = await record.get(f"/CareTeam/t/$unread?reader={reader}")
    return [entry["resource"]["id"] for entry in bundle.get("entry", ())]


@pytest.mark.parametrize(
    "name",
    [
        "CareTeam/t",
        "Patient/p",
        "PractitionerRole/gp",
        "Practitioner/gp",
        "Organization/home",
        "PractitionerRole/aide",
    ],
)
async def test_the_circle_is_written_to(circle: Record, name: str) -> None:
    """All of it, or one of it: by role, as a person, or through a structure; and the patient."""
    await circle.stored(message("m", name))


@pytest.mark.parametrize(
    "name",
    [
        "CareTeam/other",
        "Patient/other",
        "PractitionerRole/out",
        "Practitioner/out",
        "PractitionerRole/left",
        "RelatedPerson/r",
    ],
)
async def test_nobody_else_is(circle: Record, name: str) -> None:
    """The refusal names the recipient's place."""
    answer = await circle.put(message("m", "PractitionerRole/gp", name))
    assert answer.status_code == 422
    [issue] = answer.json()["issue"]
    assert issue["expression"] == ["Communication.recipient[1]"]
    assert name in issue["diagnostics"]


async def test_what_was_sent_stays(circle: Record) -> None:
    """A draft is worked on; a message is only withdrawn, and nothing comes after that."""
    draft = message("m", status="preparation")
    await circle.stored(draft | {"payload": [{"contentString": "Le bilan"}]})
    await circle.stored(message("m"))
    said = message("m", payload=[{"contentString": "Autre chose"}])
    answer = await circle.put(said)
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Communication.payload"]
    assert (await circle.put(message("m", "CareTeam/t", "Patient/p"))).status_code == 422
    assert (await circle.put(message("m", meta={"tag": [{"code": "plain"}]}))).status_code == 422
    assert (await circle.http.delete("/Communication/m")).status_code == 409
    assert (await circle.put(message("m", status="in-progress"))).status_code == 409
    await circle.stored(message("m", status="entered-in-error"))
    assert (await circle.put(message("m"))).status_code == 409


async def test_an_answer_names_what_it_answers(circle: Record) -> None:
    """The thread is followed by a search; what is not there, or of somebody else, is no thread."""
    await circle.stored(message("first"))
    link = {"inResponseTo": [reference("Communication/first")]}
    await circle.stored(message("second", **link))
    found = await circle.get("/Communication?in-response-to=Communication/first")
    assert [entry["resource"]["id"] for entry in found["entry"]] == ["second"]
    lost = message("x", inResponseTo=[reference("Communication/nowhere")])
    assert (await circle.put(lost)).status_code == 422
    other = message("x", "Patient/q", subject=reference("Patient/q"), **link)
    assert (await circle.put(other)).status_code == 422


async def test_each_recipient_reads_once(circle: Record) -> None:
    """Also when all do so at the same moment, and again; the times stay."""
    await circle.stored(message("m"))
    readers = ("PractitionerRole/gp", "Organization/home", "PractitionerRole/nurse")
    racing = [read(circle, "m", name) for name in readers for _ in range(3)]
    assert {answer.status_code for answer in await asyncio.gather(*racing)} == {200}
    first = await circle.get("/Communication/m")
    assert (await read(circle, "m", readers[0])).json() == first
    kept = [part["extension"][0]["valueReference"]["reference"] for part in first["extension"]]
    assert sorted(kept) == sorted(readers)
    for name in ("PractitionerRole/left", "PractitionerRole/out", "Patient/p"):
        assert (await read(circle, "m", name)).status_code == 403
    assert (await circle.http.post("/Communication/m/$read")).status_code == 400
    assert (await read(circle, "nowhere", readers[0])).status_code == 404


async def test_receipts_are_not_taken_back(circle: Record) -> None:
    """Not by who sent the message and does not know of them; none is made up, old ones may come."""
    await circle.stored(message("m"))
    stored = (await read(circle, "m", "PractitionerRole/gp")).json()
    withdrawn = message("m", status="entered-in-error")
    assert (await circle.put(withdrawn)).status_code == 409
    stale = stored | {"extension": [*stored["extension"], *_receipt("PractitionerRole/left")]}
    assert (await circle.put(stale)).status_code == 403
    await circle.stored(stored | {"status": "entered-in-error"})
    old = message("old", extension=_receipt("PractitionerRole/gp"))
    assert (await circle.put(old)).status_code == 201


def _receipt(reader: str) -> list[dict[str, Any]]:
    parts = [
        {"url": "reader", "valueReference": reference(reader)},
        {"url": "time", "valueInstant": "2026-11-22T10:00:00Z"},
    ]
    url = "https://cordee.example/fhir/StructureDefinition/message-read"
    return [{"url": url, "extension": parts}]


async def test_what_is_not_read_is_counted(circle: Record) -> None:
    """To the circle since one is in it, to oneself always; neither one's own, nor what was read."""
    await circle.stored(message("before"))
    await circle.stored(message("named", "PractitionerRole/gp"))
    await circle.stored(message("after", sent="2026-11-22T13:00:00+01:00"))
    await circle.stored(message("wrong", status="entered-in-error", sent=SENT))
    assert await unread(circle, "PractitionerRole/gp") == ["named", "after"]
    assert await unread(circle, "Organization/home") == ["before", "after"]
    assert await unread(circle, "PractitionerRole/nurse") == []
    await read(circle, "named", "PractitionerRole/gp")
    assert await unread(circle, "PractitionerRole/gp") == ["after"]
    count = await circle.get("/CareTeam/t/$unread?reader=PractitionerRole/gp&count=0")
    assert (count["total"], "entry" in count) == (1, False)
    plain = 'subject=Patient/p&_filter=not (read-by eq "PractitionerRole/gp")'
    assert (await circle.get(f"/Communication?{plain}"))["total"] == 3


async def test_messages_of_a_closed_dossier_are_read(circle: Record) -> None:
    """Nobody adds one, and nobody adds to one."""
    await circle.stored(message("m"))
    episode = {"resourceType": "EpisodeOfCare", "id": "e", "status": "finished"}
    await circle.stored(episode | {"patient": PERSON})
    assert (await circle.put(message("n"))).status_code == 409
    assert (await read(circle, "m", "PractitionerRole/gp")).status_code == 409
    assert await unread(circle, "Organization/home") == ["m"]
