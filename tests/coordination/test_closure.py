"""A closed dossier is read, not written."""

from typing import Any

import pytest

from coordination.conftest import Record

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
