"""`Composition/$document`: https://hl7.org/fhir/R4/composition-operation-document.html."""

from typing import Any

import httpx
import pytest

COMPOSITION: dict[str, Any] = {
    "resourceType": "Composition",
    "id": "c",
    "status": "final",
    "type": {"coding": [{"system": "http://loinc.org", "code": "34133-9"}]},
    "subject": {"reference": "Patient/p"},
    "date": "2026-11-22",
    "author": [{"reference": "Practitioner/n"}],
    "title": "Synthèse",
    "section": [
        {
            "title": "Constats",
            "entry": [{"reference": "Observation/o"}, {"reference": "Observation/o"}],
        }
    ],
}


@pytest.fixture
async def record(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """A person, a Composition about them, and what it refers to."""
    finding = {"status": "final", "code": {"text": "Poids"}, "subject": {"reference": "Patient/p"}}
    for resource in (
        {"resourceType": "Patient", "id": "p"},
        {"resourceType": "Practitioner", "id": "n"},
        {"resourceType": "Observation", "id": "o", **finding},
        COMPOSITION,
    ):
        url = f"/{resource['resourceType']}/{resource['id']}"
        assert (await http.put(url, json=resource)).status_code == 201
    return http


@pytest.mark.parametrize("url", ["/Composition/c/$document", "/Composition/$document?id=c"])
async def test_a_document_is_whole_and_valid(record: httpx.AsyncClient, url: str) -> None:
    """The Composition leads, and each thing it refers to follows once."""
    found = (await record.get(url)).json()
    assert [entry["fullUrl"].partition("/fhir/")[2] for entry in found["entry"]] == [
        *("Composition/c", "Patient/p", "Practitioner/n", "Observation/o")
    ]
    assert found["type"] == "document"
    verdict = (await record.post("/Bundle/$validate", json=found)).json()["issue"]
    assert {issue["severity"] for issue in verdict} <= {"information", "warning"}, verdict


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/Composition/$document", 400),
        ("/Composition/nowhere/$document", 404),
        ("/Composition/c/$document?id=c", 400),
        ("/Composition/c/$document?persist=true", 400),
        ("/Composition/c/$document?graph=https://example.org/g", 400),
        ("/Composition/$document?id=https://example.org/fhir/Composition/c", 400),
    ],
)
async def test_what_is_not_offered_is_refused(
    record: httpx.AsyncClient, url: str, status: int
) -> None:
    """The answer says what, in words."""
    answer = await record.get(url)
    assert answer.status_code == status, answer.text
    assert answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("name", ["Observation/gone", "https://example.org/fhir/Observation/1"])
async def test_half_a_document_is_none(record: httpx.AsyncClient, name: str) -> None:
    """What it refers to and is not here, or no more, is named with its place."""
    gone = COMPOSITION | {"id": "half", "section": [{"entry": [{"reference": name}]}]}
    gone["section"][0]["title"] = "Constats"
    finding = {"status": "final", "code": {"text": "Poids"}}
    await record.put(
        "/Observation/gone", json={"resourceType": "Observation", "id": "gone", **finding}
    )
    assert (await record.put("/Composition/half", json=gone)).status_code == 201
    await record.delete("/Observation/gone")
    answer = await record.get("/Composition/half/$document")
    assert answer.status_code == 422, answer.text
    assert name in answer.json()["issue"][0]["diagnostics"]
    assert answer.json()["issue"][0]["expression"] == ["Composition.section[0].entry[0]"]
