"""A person has one circle of care."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from cordee.coordination.circle import PROFILE
from cordee.resource import json

EXAMPLE = Path(__file__).resolve().parents[2] / "ig/examples/CareTeam-circle.json"


def circle(person: str = "Patient/person", **changes: Any) -> dict[str, Any]:
    """A circle of care that is valid in all other ways."""
    team = json.parse(EXAMPLE.read_bytes())
    del team["id"]
    return {**team, "subject": {"reference": person}, **changes}


@pytest.fixture
def client(http: httpx.AsyncClient) -> httpx.AsyncClient:
    return http


async def post(client: httpx.AsyncClient, team: dict[str, Any]) -> httpx.Response:
    return await client.post("/CareTeam", content=json.serialize(team), headers=FHIR)


FHIR = {"content-type": "application/fhir+json"}


async def test_a_second_circle_is_refused(client: httpx.AsyncClient) -> None:
    """The refusal is a conflict that names the circle that is there."""
    first = await post(client, circle())
    assert first.status_code == 201, first.text
    second = await post(client, circle())
    assert second.status_code == 409
    assert f"CareTeam/{first.json()['id']}" in second.json()["issue"][0]["diagnostics"]
    assert second.json()["issue"][0]["expression"] == ["CareTeam.subject"]


async def test_other_teams_stay_free(client: httpx.AsyncClient) -> None:
    """A CareTeam that does not claim the profile may stand beside the circle, and beside others."""
    team = circle()
    del team["meta"]
    answers = [await post(client, one) for one in (circle(), team, team)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]


async def test_a_closed_circle_makes_room(client: httpx.AsyncClient) -> None:
    """A person whose circle ended gets a new one; the old one cannot be opened beside it."""
    old = (await post(client, circle())).json()
    url, closed = f"/CareTeam/{old['id']}", {**old, "status": "inactive"}
    assert (await client.put(url, json=closed)).status_code == 200
    assert (await post(client, circle())).status_code == 201
    assert (await client.put(url, json=old)).status_code == 409


async def test_a_circle_cannot_be_given_to_somebody_who_has_one(client: httpx.AsyncClient) -> None:
    """Changing the subject is looked at like making a circle; other changes are not."""
    mine = (await post(client, circle("Patient/a"))).json()
    assert (await post(client, circle("Patient/b"))).status_code == 201
    url = f"/CareTeam/{mine['id']}"
    assert (await client.put(url, json={**mine, "name": "Autre nom"})).status_code == 200
    moved = {**mine, "subject": {"reference": "Patient/b"}}
    assert (await client.put(url, json=moved)).status_code == 409


async def test_racing_creations_make_one_circle(client: httpx.AsyncClient) -> None:
    """Of ten tools that create the circle at once, whatever version they claim, one gets it."""
    versions = [{"profile": [f"{PROFILE}|2.0.1" if n % 2 else PROFILE]} for n in range(10)]
    answers = await asyncio.gather(*(post(client, circle(meta=meta)) for meta in versions))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9


MERGE = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": f"{word}-patient", "valueReference": {"reference": f"Patient/{word}"}}
        for word in ("source", "target")
    ],
}


@pytest.fixture
async def two(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a server with two records of one person."""
    for id in ("source", "target"):
        person = {"resourceType": "Patient", "id": id, "name": [{"family": "Lefèvre"}]}
        assert (await client.put(f"/Patient/{id}", json=person)).status_code == 201
    return client


async def living(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    """Give the living circles, and whose they are."""
    found = (await client.get("/CareTeam?status=active")).json().get("entry", ())
    teams = [entry["resource"] for entry in found]
    return sorted((team["id"], team["subject"]["reference"]) for team in teams)


async def test_a_merge_of_two_who_have_circles_is_refused(two: httpx.AsyncClient) -> None:
    """The refusal names both; with one of them ended the merge goes on, and can be undone."""
    one = (await post(two, circle("Patient/source"))).json()
    other = (await post(two, circle("Patient/target"))).json()
    for preview in (True, False):
        flag = [{"name": "preview", "valueBoolean": preview}]
        asked = {**MERGE, "parameter": [*MERGE["parameter"], *flag]}
        refused = await two.post("/Patient/$merge", json=asked)
        assert refused.status_code == 409, refused.text
        text = refused.json()["issue"][0]["diagnostics"]
        assert f"CareTeam/{one['id']}" in text
        assert f"CareTeam/{other['id']}" in text
    source = (await two.get("/Patient/source")).json()
    assert "link" not in source
    ended = {**other, "status": "inactive"}
    assert (await two.put(f"/CareTeam/{other['id']}", json=ended)).status_code == 200
    merged = await two.post("/Patient/$merge", json=MERGE)
    assert merged.status_code == 200, merged.text
    assert await living(two) == [(one["id"], "Patient/target")]
    assert (await two.put(f"/CareTeam/{other['id']}", json=other)).status_code == 409
    assert (await two.post("/Patient/$unmerge", json=MERGE)).status_code == 200
    assert await living(two) == [(one["id"], "Patient/source")]
    assert (await two.put(f"/CareTeam/{other['id']}", json=other)).status_code == 200


async def test_records_that_were_merged_have_one_circle(two: httpx.AsyncClient) -> None:
    """Neither record gets a second one, whichever of them is named."""
    kept = (await post(two, circle("Patient/source"))).json()["id"]
    assert (await two.post("/Patient/$merge", json=MERGE)).status_code == 200
    for person in ("Patient/source", "Patient/target"):
        refused = await post(two, circle(person))
        assert refused.status_code == 409, refused.text
        assert f"CareTeam/{kept}" in refused.json()["issue"][0]["diagnostics"]


async def test_a_circle_begun_while_records_are_merged(two: httpx.AsyncClient) -> None:
    """Whatever comes first: never do two circles of one person live, and each refusal says so."""
    await post(two, circle("Patient/source"))
    merged, begun = await asyncio.gather(
        two.post("/Patient/$merge", json=MERGE), post(two, circle("Patient/target"))
    )
    assert sorted((merged.status_code, begun.status_code)) in ([200, 409], [201, 409])
    assert len(await living(two)) == (1 if merged.status_code == 200 else 2)
