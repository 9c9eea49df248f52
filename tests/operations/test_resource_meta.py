"""`$meta`, `$meta-add`, `$meta-delete`: https://hl7.org/fhir/R4/resource-operations.html."""

import asyncio
from typing import Any

import httpx
import pytest

RED = {"system": "http://example.org/tags", "code": "red"}
BLUE = {"system": "http://example.org/tags", "code": "blue"}
SECRET = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "V"}
PROFILE = "http://example.org/StructureDefinition/p"


def parameters(**meta: Any) -> dict[str, Any]:
    """Make the body of a call."""
    return {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]}


def returned(answer: httpx.Response) -> dict[str, Any]:
    """Give the Meta that a call returned."""
    assert answer.status_code == 200, answer.text
    (row,) = answer.json()["parameter"]
    assert row["name"] == "return"
    meta: dict[str, Any] = row["valueMeta"]
    return meta


async def test_labels_are_added_and_removed_as_sets(record: httpx.AsyncClient) -> None:
    """Adding twice keeps one, removing what is not there does nothing; a change is a version."""
    path = "/Patient/p1"
    added = returned(await record.post(f"{path}/$meta-add", json=parameters(tag=[RED, BLUE])))
    assert (added["tag"], added["versionId"]) == ([RED, BLUE], "2")
    again = returned(await record.post(f"{path}/$meta-add", json=parameters(tag=[RED])))
    assert (again["tag"], again["versionId"]) == ([RED, BLUE], "2")
    more = parameters(security=[SECRET], profile=[PROFILE])
    assert returned(await record.post(f"{path}/$meta-add", json=more))["profile"] == [PROFILE]
    less = parameters(tag=[RED, SECRET], profile=[PROFILE])
    left = returned(await record.post(f"{path}/$meta-delete", json=less))
    assert left["tag"] == [BLUE]
    assert left["security"] == [SECRET]
    assert "profile" not in left
    assert returned(await record.get(f"{path}/$meta")) == left
    assert (await record.get(path)).json()["name"] == [{"family": "Martin"}]


async def test_a_type_and_the_server_have_the_union(record: httpx.AsyncClient) -> None:
    """On a type or the server, `$meta` gathers every label in use, each once."""
    for path, tag in (("/Patient/p1", RED), ("/Patient/p2", RED), ("/Practitioner/gp", BLUE)):
        await record.post(f"{path}/$meta-add", json=parameters(tag=[tag]))
    assert returned(await record.get("/Patient/$meta"))["tag"] == [RED]
    whole = returned(await record.get("/$meta"))["tag"]
    assert {tag["code"] for tag in whole} == {"red", "blue"}


async def test_racing_changes_are_all_kept(record: httpx.AsyncClient) -> None:
    """Labels added at the same moment are all there afterwards."""
    tags = [{"system": "http://example.org/tags", "code": str(number)} for number in range(4)]
    answers = await asyncio.gather(
        *(record.post("/Patient/p1/$meta-add", json=parameters(tag=[tag])) for tag in tags)
    )
    assert {answer.status_code for answer in answers} == {200}
    stored = returned(await record.get("/Patient/p1/$meta"))["tag"]
    assert sorted(tag["code"] for tag in stored) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/Patient/nobody/$meta-add", parameters(tag=[RED]), 404),
        ("/Patient/p1/$meta-add", {"resourceType": "Parameters"}, 400),
        ("/Patient/p1/$meta-add", {"resourceType": "Patient"}, 400),
        ("/Patient/p1/$meta-add", parameters(tag=[{"code": 1}]), 422),
        ("/Patient/$meta-add", parameters(tag=[RED]), 404),
    ],
)
async def test_wrong_calls_are_refused(
    record: httpx.AsyncClient, path: str, body: dict[str, Any], status: int
) -> None:
    """Unknown resources, missing parameters and invalid labels change nothing."""
    assert (await record.post(path, json=body)).status_code == status
