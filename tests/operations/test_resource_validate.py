"""`$validate`: https://hl7.org/fhir/R4/resource-operation-validate.html."""

from typing import Any

import httpx
import pytest

GOOD = {"resourceType": "Patient", "active": True}
BAD = {"resourceType": "Patient", "birthDate": "yesterday"}


def wrapped(resource: dict[str, Any], **more: str) -> dict[str, Any]:
    """Make a Parameters body."""
    rows: list[dict[str, Any]] = [{"name": "resource", "resource": resource}]
    rows += [{"name": name, "valueCode": value} for name, value in more.items()]
    return {"resourceType": "Parameters", "parameter": rows}


def severities(answer: httpx.Response) -> set[str]:
    """Give the severities of the outcome that an answer must be."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    return {issue["severity"] for issue in body["issue"]}


@pytest.mark.parametrize("wrap", [False, True])
async def test_the_verdict_is_an_outcome(client: httpx.AsyncClient, wrap: bool) -> None:
    """Good or bad, bare or wrapped, the answer is 200 with the findings; nothing is stored."""
    good = await client.post("/Patient/$validate", json=wrapped(GOOD) if wrap else GOOD)
    assert "error" not in severities(good)
    bad = await client.post("/Patient/$validate", json=wrapped(BAD) if wrap else BAD)
    assert "error" in severities(bad)
    assert any("birthDate" in issue["expression"][0] for issue in bad.json()["issue"])
    assert (await client.get("/Patient?_summary=count")).json()["total"] == 0


async def test_a_stored_resource_is_validated_in_place(record: httpx.AsyncClient) -> None:
    """Without a body the resource of the URL is looked at."""
    assert "error" not in severities(await record.get("/Patient/p1/$validate"))
    assert "error" not in severities(await record.get("/Patient/p1/$validate?mode=delete"))
    assert (await record.get("/Patient/nobody/$validate")).status_code == 404


async def test_resource_and_url_must_agree(client: httpx.AsyncClient) -> None:
    """Another type, and another id in an update, are errors."""
    assert "error" in severities(await client.post("/Observation/$validate", json=GOOD))
    body = wrapped({**GOOD, "id": "a"}, mode="update")
    assert "error" in severities(await client.post("/Patient/b/$validate", json=body))
    assert "error" not in severities(await client.post("/Patient/a/$validate", json=body))


async def test_parameters_are_validated_like_any_other(client: httpx.AsyncClient) -> None:
    """A Parameters resource that wraps nothing is itself the resource."""
    own = {"resourceType": "Parameters", "parameter": [{"name": "x", "valueString": "y"}]}
    assert "error" not in severities(await client.post("/Parameters/$validate", json=own))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/Patient/$validate", wrapped(GOOD, mode="nonsense")),
        ("/Patient/$validate", {"resourceType": "Parameters", "parameter": [{"name": "mode"}]}),
    ],
)
async def test_wrong_calls_are_refused(
    client: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    """An unknown mode, and nothing to validate, are the caller's errors."""
    assert (await client.post(path, json=body)).status_code == 400
