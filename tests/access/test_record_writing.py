"""Who adds to a record and opens new ones, over HTTP: members, outsiders, founders."""

from typing import Any

import pytest

from access.records import NURSE, OUTSIDER, observation, reference, status, team, total
from access.serving import Scene

pytestmark = pytest.mark.xdist_group("circles")


FORM = {
    "resourceType": "QuestionnaireResponse",
    "status": "completed",
    "subject": {"reference": "Patient/p@"},
}


@pytest.mark.parametrize("prefer", ["return=representation", "return=minimal"])
async def test_an_outsider_hands_in_without_reading(server: Scene, prefer: str) -> None:
    """A screening form is taken; nothing of it can be read again, not even in the answer."""
    made = await server.send(
        OUTSIDER, "POST", "/QuestionnaireResponse", FORM, headers={"Prefer": prefer}
    )
    assert (made.status_code, made.content) == (201, b"")
    url = made.headers["location"].partition("/fhir")[2]
    id = url.split("/")[2]
    assert await status(server, OUTSIDER, url) == 404
    assert await status(server, OUTSIDER, f"/QuestionnaireResponse/{id}") == 404
    assert await status(server, NURSE, f"/QuestionnaireResponse/{id}") == 200
    entry = {"resource": FORM, "request": {"method": "POST", "url": "QuestionnaireResponse"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    answer = await server.send(OUTSIDER, "POST", "", bundle, headers={"Prefer": prefer})
    assert "resource" not in answer.json()["entry"][0]
    refused = await server.send(OUTSIDER, "POST", "/Observation", observation())
    assert refused.status_code == 403


async def test_criteria_of_a_screening_tell_nothing(server: Scene) -> None:
    """A conditional create of an outsider does not find what is hidden."""
    form = FORM | {"identifier": {"system": "urn:f", "value": "1"}}
    await server.load(form | {"id": "q@"})
    for value in ("1", "2"):
        same = {"If-None-Exist": f"identifier=urn:f|{value}"}
        made = await server.send(OUTSIDER, "POST", "/QuestionnaireResponse", FORM, headers=same)
        assert (made.status_code, made.content) == (201, b"")


async def test_a_record_is_opened_by_its_first_circle(server: Scene) -> None:
    """Who makes a patient makes its circle; nobody lets themselves into another's record."""
    mine = team("PractitionerRole/out@")
    del mine["id"]
    assert (await server.send(OUTSIDER, "POST", "/CareTeam", mine)).status_code == 403
    made = await server.send(OUTSIDER, "POST", "/Patient", {"resourceType": "Patient"})
    assert made.status_code == 201
    name = f"Patient/{made.json()['id']}"
    assert (await server.send(OUTSIDER, "GET", f"/{name}")).status_code == 200
    mine["subject"] = reference(name)
    assert (await server.send(OUTSIDER, "POST", "/CareTeam", mine)).status_code == 201
    theirs = team("PractitionerRole/colleague@") | {"subject": reference(name), "id": "t2@"}
    await server.load(theirs)
    note = observation(subject=reference(name))
    assert (await server.send(OUTSIDER, "POST", "/Observation", note)).status_code == 201


async def test_a_transaction_opens_a_record(server: Scene) -> None:
    """The patient, the circle and the first note come together; an id of one's own is refused."""
    link = "urn:uuid:8f4a3c6e-6d0c-4a55-9f0e-1b2c3d4e5f60"
    mine = team("PractitionerRole/out@") | {"subject": reference(link)}
    rows: list[Any] = [
        {"fullUrl": link, "resource": {"resourceType": "Patient"}},
        {"resource": mine},
        {"resource": observation(subject=reference(link))},
    ]
    for row in rows:
        row["resource"].pop("id", None)
        row["request"] = {"method": "POST", "url": row["resource"]["resourceType"]}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": rows}
    answer = await server.send(OUTSIDER, "POST", "", bundle)
    assert answer.status_code == 200, answer.text
    assert await total(server, OUTSIDER, "/Observation") == 1
    chosen = {"resourceType": "Patient", "id": "mine@"}
    assert (await server.send(OUTSIDER, "PUT", "/Patient/mine@", chosen)).status_code == 404


async def test_nobody_moves_a_resource_between_records(server: Scene) -> None:
    """Both records must be the writer's."""
    await server.load({"resourceType": "Patient", "id": "q@"})
    moved = observation(subject=reference("Patient/q@"))
    assert (await server.send(NURSE, "PUT", "/Observation/o@", moved)).status_code == 403
    assert (await server.send(NURSE, "POST", "/Observation", moved)).status_code == 403
