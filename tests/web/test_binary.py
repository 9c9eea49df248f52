"""Binary in its own content type: https://hl7.org/fhir/R4/binary.html#rest."""

import base64
import json

import httpx
import pytest

PDF = b"%PDF-1.7 not really \x00\xff"
CDA = b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'
BINARY = {
    "resourceType": "Binary",
    "contentType": "application/pdf",
    "data": base64.b64encode(PDF).decode(),
}


@pytest.fixture
async def path(client: httpx.AsyncClient) -> str:
    """The path of a stored PDF."""
    answer = await client.post("/Binary", content=PDF, headers={"Content-Type": "application/pdf"})
    assert answer.status_code == 201
    return f"/Binary/{answer.json()['id']}"


async def test_raw_content_becomes_a_binary(client: httpx.AsyncClient, path: str) -> None:
    """What is posted as PDF reads back as a Binary resource for those who ask for FHIR."""
    answer = await client.get(path, headers={"Accept": "application/fhir+json"})
    body = answer.json()
    assert (body["contentType"], base64.b64decode(body["data"])) == ("application/pdf", PDF)
    assert (await client.get(path, params={"_format": "json"})).json() == body


@pytest.mark.parametrize("accept", ["*/*", "application/pdf", "application/*", "image/png, */*"])
async def test_content_comes_back_as_it_was(
    client: httpx.AsyncClient, path: str, accept: str
) -> None:
    """Who does not ask for FHIR gets the bytes, harmless to a browser."""
    answer = await client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_other_types_are_not_acceptable(client: httpx.AsyncClient, path: str) -> None:
    """Content is not converted: asking for an image of a PDF answers 406."""
    assert (await client.get(path, headers={"Accept": "image/png"})).status_code == 406
    either = {"Accept": "image/png, application/fhir+xml;q=0.1"}
    assert b"<Binary" in (await client.get(path, headers=either)).content


@pytest.mark.parametrize("query", ["_summary=true", "_elements=contentType"])
async def test_parts_are_those_of_the_resource(
    client: httpx.AsyncClient, path: str, query: str
) -> None:
    """Who asks for a part of a Binary gets that, and never its content cut away."""
    answer = await client.get(f"{path}?{query}")
    assert answer.json()["contentType"] == "application/pdf"
    assert "data" not in answer.json()


async def test_a_version_has_its_own_content(client: httpx.AsyncClient, path: str) -> None:
    """A raw update makes a new version; the old one keeps its bytes."""
    answer = await client.put(path, content=b"new", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200
    assert (await client.get(path)).content == b"new"
    assert (await client.get(f"{path}/_history/1")).content == PDF


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("text/xml", CDA),
        ("application/xml", CDA),
        ("application/json", b'{"any":"json"}'),
        ("application/json", b"[1]"),
        ("application/fhir+json", b'{"resourceType":"Patient"}'),
        ("application/fhir+xml", b'<Patient xmlns="http://hl7.org/fhir"/>'),
    ],
)
async def test_json_and_xml_are_content(
    client: httpx.AsyncClient, content_type: str, content: bytes
) -> None:
    """What is no Binary resource, be it another one, is kept as it is; FHIR gets the Binary."""
    made = await client.post("/Binary", content=content, headers={"Content-Type": content_type})
    assert made.status_code == 201
    path = f"/Binary/{made.json()['id']}"
    assert (await client.get(path)).content == content
    wrapped = await client.get(path, headers={"Accept": "application/fhir+json"})
    assert wrapped.json()["contentType"] == content_type


async def test_fhir_that_cannot_be_read_is_refused(client: httpx.AsyncClient) -> None:
    """A Binary resource with a fault in its JSON is not taken for content."""
    headers = {"Content-Type": "application/fhir+json"}
    answer = await client.post("/Binary", content=b'{"resourceType":"Binary",}', headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("content_type", ["application/fhir+json", "application/json"])
async def test_a_binary_resource_is_taken_as_one(
    client: httpx.AsyncClient, content_type: str
) -> None:
    """A Binary as a resource is stored as that, not wrapped in another."""
    made = await client.post(
        "/Binary", content=json.dumps(BINARY), headers={"Content-Type": content_type}
    )
    assert made.json()["contentType"] == "application/pdf"
    assert (await client.get(f"/Binary/{made.json()['id']}")).content == PDF


async def test_the_security_context_is_kept(client: httpx.AsyncClient) -> None:
    """X-Security-Context becomes the Binary's securityContext, and goes back with the content."""
    headers = {"Content-Type": "text/plain", "X-Security-Context": "Patient/1"}
    made = await client.post("/Binary", content=b"x", headers=headers)
    assert made.json()["securityContext"] == {"reference": "Patient/1"}
    found = await client.get(f"/Binary/{made.json()['id']}")
    assert found.headers["X-Security-Context"] == "Patient/1"
