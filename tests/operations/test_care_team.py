"""`$join`, `$leave` and `$invite` over HTTP."""

import asyncio
from typing import Any

import httpx
import pytest

from cordee.resource.types import Resource

MEMBER = "PractitionerRole/nurse"


@pytest.fixture
async def client(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """A server with one care team."""
    opened = http
    team = {"resourceType": "CareTeam", "id": "t", "status": "active"}
    subject = {"subject": {"reference": "Patient/p"}}
    assert (await opened.put("/CareTeam/t", json=team | subject)).status_code == 201
    return opened


async def call(client: httpx.AsyncClient, name: str, **values: Any) -> Resource:
    """Call an operation on the team; give what it answers."""
    rows = [{"name": key, "valueReference": {"reference": value}} for key, value in values.items()]
    body = {"resourceType": "Parameters", "parameter": rows}
    answer = await client.post(f"/CareTeam/t/${name}", json=body)
    assert answer.status_code == 200, answer.text
    found: Resource = answer.json()
    return found


async def test_joining_and_leaving_keep_the_periods(client: httpx.AsyncClient) -> None:
    """The answer is the team; the history has a version a change."""
    joined = await call(client, "join", member=MEMBER)
    assert joined["participant"][0]["member"]["reference"] == MEMBER
    left = await call(client, "leave", member=MEMBER)
    assert set(left["participant"][0]["period"]) == {"start", "end"}
    back = await call(client, "join", member=MEMBER)
    assert len(back["participant"]) == 2
    assert (await client.get("/CareTeam/t/_history")).json()["total"] == 4


async def test_all_who_join_at_once_are_members(client: httpx.AsyncClient) -> None:
    """No member is lost to another's update, and none is refused because others were faster."""
    many = range(12)
    await asyncio.gather(*(call(client, "join", member=f"PractitionerRole/{n}") for n in many))
    found = (await client.get("/CareTeam/t")).json()
    assert len(found["participant"]) == len(many)


async def test_who_accepts_an_invitation_joins(client: httpx.AsyncClient) -> None:
    """The Task says who, where and as what; the team changes only when it is accepted."""
    role = {"name": "role", "valueCodeableConcept": {"text": "infirmière"}}
    who = {"name": "member", "valueReference": {"reference": MEMBER}}
    body = {"resourceType": "Parameters", "parameter": [who, role]}
    task = (await client.post("/CareTeam/t/$invite", json=body)).json()
    assert (task["status"], task["focus"]["reference"]) == ("requested", "CareTeam/t")
    assert "participant" not in (await client.get("/CareTeam/t")).json()
    url = f"/Task/{task['id']}"
    assert (await client.put(url, json=task | {"status": "accepted"})).status_code == 200
    [stay] = (await client.get("/CareTeam/t")).json()["participant"]
    assert (stay["member"]["reference"], stay["role"]) == (MEMBER, [{"text": "infirmière"}])
    assert (await client.put(url, json=task | {"status": "completed"})).status_code == 200
    assert len((await client.get("/CareTeam/t")).json()["participant"]) == 1


async def test_an_invitation_declined_changes_nothing(client: httpx.AsyncClient) -> None:
    """Rejecting the Task leaves the team as it was."""
    task = await call(client, "invite", member=MEMBER)
    await client.put(f"/Task/{task['id']}", json=task | {"status": "rejected"})
    assert (await client.get("/CareTeam/t")).json()["meta"]["versionId"] == "1"


@pytest.mark.parametrize("name", ["join", "leave", "invite"])
async def test_nobody_is_no_member(client: httpx.AsyncClient, name: str) -> None:
    """The parameter `member` must be there."""
    answer = await client.post(f"/CareTeam/t/${name}", json={"resourceType": "Parameters"})
    assert answer.status_code == 400
    assert "member" in answer.json()["issue"][0]["diagnostics"]


async def test_nobody_lets_themselves_in(client: httpx.AsyncClient) -> None:
    """A Task that begins as accepted, or that is bent on its way, makes no member."""
    task = await call(client, "invite", member=MEMBER)
    url = f"/Task/{task['id']}"
    forged = {key: value for key, value in task.items() if key not in {"id", "meta"}}
    answer = await client.post("/Task", json=forged | {"status": "accepted"})
    assert answer.status_code == 409
    bent = task | {"owner": {"reference": "PractitionerRole/other"}}
    assert (await client.put(url, json=bent)).status_code == 409
    assert (await client.put(url, json=bent | {"status": "accepted"})).status_code == 409
    await client.put(url, json=task | {"status": "rejected"})
    assert (await client.put(url, json=task | {"status": "accepted"})).status_code == 409
    assert "participant" not in (await client.get("/CareTeam/t")).json()
