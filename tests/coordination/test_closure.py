"""A closed dossier is read, not written."""

import base64
import hashlib
from typing import Any

import pytest

from coordination.conftest import Record
from cordee.resource import json

PERSON = {"reference": "Patient/p"}


def episode(status: str, id: str = "e") -> dict[str, Any]:
    """The dossier of the person."""
    return {"resourceType": "EpisodeOfCare", "id": id, "status": status, "patient": PERSON}


def message(id: str = "m", text: str = "Bonjour") -> dict[str, Any]:
    """A message about the person."""
    payload = {"payload": [{"contentString": text}]}
    return {"resourceType": "Communication", "id": id, "status": "completed"} | {
        "subject": PERSON,
        **payload,
    }


@pytest.fixture
async def closed(record: Record) -> Record:
    """A record whose dossier was closed after one message."""
    await record.stored(episode("active"))
    await record.stored(message())
    await record.stored(episode("finished"))
    return record


async def test_nothing_is_written_into_a_closed_dossier(closed: Record) -> None:
    """Neither created, nor changed, nor deleted, nor in a transaction; the answer names it."""
    fresh = {key: value for key, value in message().items() if key != "id"}
    entry = {"resource": fresh, "request": {"method": "POST", "url": "Communication"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    for answer in (
        await closed.http.post("/Communication", json=fresh),
        await closed.put(message(text="Autre")),
        await closed.http.delete("/Communication/m"),
        await closed.http.post("/", json=bundle),
    ):
        assert answer.status_code == 409
        assert "is closed (EpisodeOfCare/e)" in answer.json()["issue"][0]["diagnostics"]


async def test_a_closed_dossier_is_read(closed: Record) -> None:
    """Everything that was in it is still there."""
    assert (await closed.get("/Communication/m"))["payload"][0]["contentString"] == "Bonjour"


async def test_opening_it_again_opens_it(closed: Record) -> None:
    """So does another dossier of the same person."""
    await closed.stored(episode("active", "second"))
    await closed.stored(message(text="Encore"))


async def test_appointments_belong_to_it(closed: Record) -> None:
    """The person is found among the participants."""
    who = [{"actor": PERSON, "status": "accepted"}]
    visit = {"resourceType": "Appointment", "id": "a", "status": "proposed", "participant": who}
    assert (await closed.put(visit)).status_code == 409


async def test_persons_without_a_dossier_are_free(record: Record) -> None:
    """A record need not have an EpisodeOfCare."""
    await record.stored(message())


async def archives(record: Record) -> list[Any]:
    """The archives of the person, oldest first."""
    query = "subject=Patient/p&type=http://loinc.org|34133-9&_sort=_lastUpdated"
    bundle = await record.get(f"/DocumentReference?{query}")
    return [entry["resource"] for entry in bundle.get("entry", ())]


async def content(record: Record, archive: Any) -> Any:
    """The document that an archive is."""
    attachment = archive["content"][0]["attachment"]
    stored = await record.http.get(f"/{attachment['url']}", headers={"Accept": "*/*"})
    assert stored.headers["content-type"].startswith("application/fhir+json")
    digest = hashlib.sha1(stored.content, usedforsecurity=False).digest()
    assert base64.b64encode(digest).decode() == attachment["hash"]
    assert len(stored.content) == attachment["size"]
    return json.parse(stored.content)


async def test_closing_leaves_an_archive(record: Record) -> None:
    """All of the dossier as a valid document, but not what is masked from somebody."""
    nurse = {"reference": "PractitionerRole/nurse"}
    await record.stored({"resourceType": "Patient", "id": "p", "name": [{"family": "Roux"}]})
    role = {"resourceType": "PractitionerRole", "id": "nurse"}
    await record.stored(role | {"practitioner": {"reference": "Practitioner/n"}})
    await record.stored({"resourceType": "Practitioner", "id": "n"})
    await record.stored(episode("active"))
    await record.stored(message() | {"sender": nurse})
    masked = {"meta": {"security": [{"code": "INVISIBLE_PATIENT"}]}}
    await record.stored(message("masked") | masked)
    await record.stored(message("wrong") | {"status": "entered-in-error"})
    task = {"resourceType": "Task", "id": "t", "status": "completed", "intent": "order"}
    await record.stored(task | {"for": PERSON})
    await record.stored(episode("finished"))
    await record.stored(episode("finished") | {"identifier": [{"value": "1"}]})
    (archive,) = await archives(record)
    assert archive["identifier"][0]["value"] == "EpisodeOfCare/e"
    assert "1 masqués" in archive["description"]
    found = await content(record, archive)
    named = [entry["fullUrl"].partition("/fhir/")[2] for entry in found["entry"][1:]]
    assert named[:2] == ["Patient/p", "EpisodeOfCare/e"]
    assert {"Communication/m", "Task/t", "PractitionerRole/nurse", "Practitioner/n"} < set(named)
    assert len(named) == 6
    verdict = (await record.http.post("/Bundle/$validate", json=found)).json()["issue"]
    assert {issue["severity"] for issue in verdict} <= {"information", "warning"}, verdict


async def test_an_archive_leaves_out_what_a_code_denies(record: Record) -> None:
    """What the person denies to somebody by its code, or may have, is not in what they may read."""
    loinc = "http://loinc.org"
    await record.stored({"resourceType": "Patient", "id": "p"})
    await record.stored(episode("active"))
    for id, code in (("told", "2093-3"), ("denied", "15074-8")):
        said = {"code": {"coding": [{"system": loinc, "code": code}]}, "subject": PERSON}
        await record.stored({"resourceType": "Flag", "id": id, "status": "active"} | said)
    await record.stored(message())
    denial = {"type": "deny", "code": [{"coding": [{"system": loinc, "code": "15074-8"}]}]}
    await record.stored(
        {
            "resourceType": "Consent",
            "id": "c",
            "status": "active",
            "scope": {"coding": [{"code": "patient-privacy"}]},
            "category": [{"coding": [{"code": "59284-0"}]}],
            "patient": PERSON,
            "policyRule": {"text": "CSP L1110-4"},
            "provision": denial,
        }
    )
    await record.stored(episode("finished"))
    (archive,) = await archives(record)
    found = await content(record, archive)
    named = {entry["fullUrl"].partition("/fhir/")[2] for entry in found["entry"][1:]}
    assert named >= {"Patient/p", "Flag/told"}
    assert named.isdisjoint({"Flag/denied", "Communication/m"})


async def test_an_archive_stays_as_it_is(closed: Record) -> None:
    """Nobody changes it or its content, or takes them away; the next closing makes another."""
    assert await archives(closed) == []
    await closed.stored({"resourceType": "Patient", "id": "p"})
    await closed.stored(episode("active"))
    await closed.stored(episode("active", "second"))
    await closed.stored(episode("finished"))
    assert await archives(closed) == []
    await closed.stored(episode("cancelled", "second"))
    (archive,) = await archives(closed)
    url, inside = f"/DocumentReference/{archive['id']}", archive["content"][0]["attachment"]["url"]
    for answer in (
        await closed.put(archive | {"description": "Autre"}),
        await closed.http.delete(url),
        await closed.http.delete(f"/{inside}"),
        await closed.http.put(f"/{inside}", content=b"{}", headers={"content-type": "text/plain"}),
    ):
        assert answer.status_code == 409, answer.text
    await closed.stored(episode("active"))
    await closed.stored(episode("finished"))
    assert [one["identifier"][0]["value"] for one in await archives(closed)] == [
        "EpisodeOfCare/second",
        "EpisodeOfCare/e",
    ]
    assert "DocumentReference" not in str(await content(closed, (await archives(closed))[1]))
