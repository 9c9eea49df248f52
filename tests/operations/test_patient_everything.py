"""`$everything`: https://hl7.org/fhir/R4/patient-operation-everything.html."""

from typing import Any

import httpx
import pytest


def keys(bundle: dict[str, Any], mode: str | None = None) -> list[str]:
    """Give "Type/id" of a Bundle's entries, of one search mode or of all."""
    return [
        f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for entry in bundle.get("entry", ())
        if mode in {None, entry["search"]["mode"]}
    ]


async def everything(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Call and give the Bundle."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    bundle: dict[str, Any] = answer.json()
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "searchset")
    return bundle


async def test_the_whole_record_and_what_it_cites(record: httpx.AsyncClient) -> None:
    """The patient comes first, then the compartment; cited people are included."""
    bundle = await everything(record, "/Patient/p1/$everything")
    assert keys(bundle, "match") == ["Patient/p1", "Group/g", "Observation/o1", "Observation/o2"]
    assert keys(bundle, "include") == ["Practitioner/gp"]


async def test_post_answers_the_same(record: httpx.AsyncClient) -> None:
    """Parameters in a body do what parameters in the URL do."""
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "_type", "valueString": "Observation"}],
    }
    answer = await record.post("/Patient/p1/$everything", json=body)
    assert (
        answer.json()["entry"]
        == (await everything(record, "/Patient/p1/$everything?_type=Observation"))["entry"]
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("_type=Observation", ["Observation/o1", "Observation/o2"]),
        ("_type=Patient", ["Patient/p1"]),
        ("_type=Patient,Observation&start=2026-03-01", ["Patient/p1", "Observation/o2"]),
        ("_type=Observation&start=2026-01-01&end=2026-03-01", ["Observation/o1"]),
        ("_since=2100-01-01T00:00:00Z", []),
        (
            "_type=Observation&_since=2000-01-01T00:00:00%2B01:00",
            ["Observation/o1", "Observation/o2"],
        ),
    ],
)
async def test_parameters_narrow_it(
    record: httpx.AsyncClient, query: str, expected: list[str]
) -> None:
    """`_type`, `_since`, `start` and `end` leave out what was not asked for."""
    assert keys(await everything(record, f"/Patient/p1/$everything?{query}"), "match") == expected


async def test_pages_neither_skip_nor_repeat(record: httpx.AsyncClient) -> None:
    """Following next links gives each resource of the compartment once."""
    seen: list[str] = []
    path: str | None = "/Patient/p1/$everything?_count=1"
    while path:
        bundle = await everything(record, path)
        seen += keys(bundle, "match")
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        path = links.get("next")
    assert seen == ["Patient/p1", "Group/g", "Observation/o1", "Observation/o2"]


async def test_all_patients_at_once(record: httpx.AsyncClient) -> None:
    """On the type, every patient's record comes, and nothing of nobody's."""
    bundle = await everything(record, "/Patient/$everything")
    assert set(keys(bundle, "match")) == {
        "Patient/p1",
        "Patient/p2",
        "Group/g",
        "Observation/o1",
        "Observation/o2",
        "Observation/other",
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/Patient/nobody/$everything", 404),
        ("/Patient/p1/$everything?_type=Nonsense", 400),
        ("/Patient/p1/$everything?_since=yesterday", 400),
        ("/Patient/p1/$everything?_count=0", 400),
        ("/Patient/p1/$everything?start=soon", 400),
        ("/Observation/o1/$everything", 404),
    ],
)
async def test_wrong_calls_are_refused(record: httpx.AsyncClient, path: str, status: int) -> None:
    """Unknown patients, types and dates answer an OperationOutcome."""
    answer = await record.get(path)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")


async def test_a_deleted_patient_is_gone(record: httpx.AsyncClient) -> None:
    """The record of a deleted patient answers 410."""
    await record.put("/Patient/p3", json={"resourceType": "Patient", "id": "p3"})
    await record.delete("/Patient/p3")
    assert (await record.get("/Patient/p3/$everything")).status_code == 410
