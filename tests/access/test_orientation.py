"""A referral reaches a structure outside the circle, which polls for what is its own."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from access.serving import Scene, Server, own_database
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")

PERSON = {"reference": "Patient/p@"}


def of_structure(name: str) -> Caller:
    """Somebody who acts for a structure, and belongs to no circle."""
    return Caller(
        subject=f"{name}@",
        kind="professional",
        perimeter="medico-social",
        references=(f"PractitionerRole/{name}@",),
        organizations=(f"Organization/{name}@",),
    )


NURSE = Caller(
    subject="nurse@",
    kind="professional",
    perimeter="health",
    references=("PractitionerRole/nurse@",),
)
HOME, OTHER = of_structure("home"), of_structure("other")


@pytest.fixture(scope="module")
async def running(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Server]:
    """One server for all of these tests."""
    async with own_database(mongodb_uri, tmp_path_factory.mktemp("orientation")) as server:
        yield server


@pytest.fixture
async def server(running: Server) -> Scene:
    """A person in the care of a nurse, and two structures that might take them in."""
    scene = Scene(running, uuid4().hex[:8])
    member = {"member": {"reference": "PractitionerRole/nurse@"}}
    team = {"resourceType": "CareTeam", "id": "t@", "status": "active", "subject": PERSON}
    structures = [
        {"resourceType": "Organization", "id": f"{name}@", "name": name}
        for name in ("home", "other")
    ]
    person = {"resourceType": "Patient", "id": "p@", "name": [{"family": "Secret"}]}
    request: dict[str, Any] = {"resourceType": "ServiceRequest", "id": "r@", "status": "active"}
    request |= {"intent": "order", "subject": PERSON}
    await scene.load(person, team | {"participant": [member]}, request, *structures)
    return scene


async def referred(server: Scene, to: str) -> dict[str, Any]:
    """The nurse sends the request to a structure; the task names it, not the person."""
    task = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "basedOn": [{"reference": "ServiceRequest/r@"}],
        "requester": {"reference": "PractitionerRole/nurse@"},
        "owner": {"reference": f"Organization/{to}@"},
    }
    answer = await server.send(NURSE, "POST", "/Task", task)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def polled(server: Scene, caller: Caller, since: str, more: str = "") -> list[str]:
    """What is new for a caller."""
    answer = await server.send(caller, "GET", f"/Task?_lastUpdated=gt{since}{more}")
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.json().get("entry", ())]


async def test_each_structure_polls_its_own(server: Scene) -> None:
    """Without naming itself it sees what is for it alone, and by time only what is new."""
    old = await referred(server, "home")
    mine, theirs = await referred(server, "home"), await referred(server, "other")
    since = old["meta"]["lastUpdated"].replace("+", "%2B")
    assert await polled(server, HOME, since) == [mine["id"]]
    assert await polled(server, OTHER, since) == [theirs["id"]]
    assert await polled(server, OTHER, since, "&owner=Organization/home@") == []
    assert await polled(server, HOME, since, "&owner=Organization/home@") == [mine["id"]]


async def test_the_structure_answers_forward_only(server: Scene) -> None:
    """It takes the task up and ends it; who asked follows; the state table holds for all."""
    task = await referred(server, "home")
    url = f"/Task/{task['id']}"
    for status in ("accepted", "in-progress", "completed"):
        answer = await server.send(HOME, "PUT", url, task | {"status": status})
        assert answer.status_code == 200, answer.text
        assert (await server.send(NURSE, "GET", url)).json()["status"] == status
    again = await server.send(HOME, "PUT", url, task | {"status": "in-progress"})
    assert again.status_code == 409
    assert (await server.send(OTHER, "GET", url)).status_code == 404
    assert not (await server.send(OTHER, "PUT", url, task)).is_success


async def test_the_record_opens_by_consent(server: Scene) -> None:
    """The task says nothing of the person; a Consent that names the structure does."""
    await referred(server, "home")
    assert (await server.send(HOME, "GET", "/ServiceRequest/r@")).status_code == 404
    consent = {
        "resourceType": "Consent",
        "id": "c@",
        "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "category": [{"text": "Orientation"}],
        "patient": PERSON,
        "policyRule": {"text": "L1110-4 III"},
        "provision": {
            "type": "permit",
            "actor": [
                {
                    "role": {"text": "Structure"},
                    "reference": {"reference": "Organization/home@"},
                }
            ],
            "class": [{"system": "http://hl7.org/fhir/resource-types", "code": "ServiceRequest"}],
        },
    }
    await server.load(consent)
    assert (await server.send(HOME, "GET", "/ServiceRequest/r@")).status_code == 200
    assert (await server.send(OTHER, "GET", "/ServiceRequest/r@")).status_code == 404
