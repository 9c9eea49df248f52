"""The API over HTTP: https://hl7.org/fhir/R4/http.html."""

import asyncio
import gzip
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from cordee.store import transaction

OpenClient = Callable[..., Awaitable[httpx.AsyncClient]]

PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}
FHIR_JSON = "application/fhir+json; charset=utf-8"
FHIR_XML = "application/fhir+xml; charset=utf-8"


def issue(answer: httpx.Response) -> dict[str, Any]:
    """Give the first issue of the OperationOutcome that a refusal must be."""
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    found: dict[str, Any] = body["issue"][0]
    return found


@pytest.fixture
async def path(client: httpx.AsyncClient) -> str:
    """The path of a stored patient."""
    answer = await client.post("/Patient", json=PATIENT)
    assert answer.status_code == 201
    return f"/Patient/{answer.json()['id']}"


async def test_create_says_where_and_which_version(client: httpx.AsyncClient) -> None:
    """A create answers 201 with Location, ETag, Last-Modified and the resource."""
    answer = await client.post("/Patient", json=PATIENT)
    assert answer.status_code == 201
    id = answer.json()["id"]
    assert answer.headers["Location"] == f"http://test/fhir/Patient/{id}/_history/1"
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Last-Modified"].endswith(" GMT")
    assert answer.headers["Content-Type"] == FHIR_JSON


async def test_writes_by_criteria_say_where(client: httpx.AsyncClient) -> None:
    """Who wants no content back still learns which resource the criteria meant."""
    who = {"system": "urn:oid:1.2.3", "value": "by-criteria"}
    body, query = {**PATIENT, "identifier": [who]}, "identifier=urn:oid:1.2.3|by-criteria"
    first = (await client.post("/Patient", json=body)).headers["Location"]
    quiet = {"Prefer": "return=minimal"}
    found = await client.post("/Patient", json=body, headers={**quiet, "If-None-Exist": query})
    updated = await client.put(f"/Patient?{query}", json=body, headers=quiet)
    assert (found.status_code, updated.status_code) == (200, 200)
    assert found.headers["Content-Location"] == first
    assert updated.headers["Content-Location"] == f"{first[:-1]}2"


async def test_read_gives_the_stored_bytes_with_their_version(
    client: httpx.AsyncClient, path: str
) -> None:
    """A read answers 200 with ETag, Last-Modified and a length."""
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.json()["name"] == PATIENT["name"]
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_head_gives_the_headers_alone(client: httpx.AsyncClient, path: str) -> None:
    """HEAD answers as GET does, without content."""
    got, headed = await client.get(path), await client.head(path)
    assert headed.status_code == 200
    assert headed.content == b""
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert headed.headers[name] == got.headers[name]


async def test_an_unchanged_resource_is_not_sent_again(
    client: httpx.AsyncClient, path: str
) -> None:
    """If-None-Match and If-Modified-Since answer 304 without content while nothing changed."""
    for header in (
        {"If-None-Match": 'W/"1"'},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ):
        answer = await client.get(path, headers=header)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == 'W/"1"'
    assert (await client.get(path, headers={"If-None-Match": 'W/"2"'})).status_code == 200


async def test_an_update_must_know_the_version_it_replaces(
    client: httpx.AsyncClient, path: str
) -> None:
    """If-Match lets the right version through and stops the others with 412."""
    body = {**PATIENT, "id": path.rpartition("/")[2], "active": True}
    stale = await client.put(path, json=body, headers={"If-Match": 'W/"7"'})
    assert stale.status_code == 412
    assert issue(stale)["code"] == "conflict"
    answer = await client.put(path, json=body, headers={"If-Match": 'W/"1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, 'W/"2"')


async def test_update_as_create_answers_201(client: httpx.AsyncClient) -> None:
    """An update to an unknown id creates it and says where."""
    answer = await client.put("/Patient/own-id", json={**PATIENT, "id": "own-id"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == "http://test/fhir/Patient/own-id/_history/1"


async def test_versions_are_read_one_by_one(client: httpx.AsyncClient, path: str) -> None:
    """A version read gives that version; one that never was is 404."""
    assert (await client.get(f"{path}/_history/1")).json()["meta"]["versionId"] == "1"
    assert (await client.get(f"{path}/_history/9")).status_code == 404


async def test_deleted_is_gone_and_unknown_is_not_found(
    client: httpx.AsyncClient, path: str
) -> None:
    """After a delete reads answer 410; an id that never was answers 404."""
    assert (await client.delete(path)).status_code in {200, 204}
    gone = await client.get(path)
    assert (gone.status_code, issue(gone)["code"]) == (410, "deleted")
    unknown = await client.get("/Patient/nobody")
    assert (unknown.status_code, issue(unknown)["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("prefer", "kind"),
    [
        (None, "Patient"),
        ("return=representation", "Patient"),
        ("return=minimal", None),
        ("return=OperationOutcome", "OperationOutcome"),
    ],
)
async def test_prefer_chooses_what_a_write_answers(
    client: httpx.AsyncClient, prefer: str | None, kind: str | None
) -> None:
    """Prefer return= gives the resource, nothing, or an OperationOutcome; headers stay."""
    headers = {"Prefer": prefer} if prefer else {}
    answer = await client.post("/Patient", json=PATIENT, headers=headers)
    assert answer.status_code == 201
    assert answer.headers["ETag"] == 'W/"1"'
    assert (answer.json()["resourceType"] if answer.content else None) == kind


async def test_both_formats_go_in_and_come_out(client: httpx.AsyncClient) -> None:
    """XML goes in, JSON comes out, and the other way round; `_format` wins over Accept."""
    xml = b'<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>'
    made = await client.post(
        "/Patient", content=xml, headers={"Content-Type": "application/fhir+xml"}
    )
    assert made.status_code == 201
    path = f"/Patient/{made.json()['id']}"
    assert (await client.get(path)).json()["active"] is True
    answer = await client.get(path, headers={"Accept": "application/fhir+xml"})
    assert answer.headers["Content-Type"] == FHIR_XML
    assert b'<active value="true"/>' in answer.content
    assert (await client.get(path, params={"_format": "xml"})).content == answer.content


async def test_errors_come_in_the_format_asked_for(client: httpx.AsyncClient) -> None:
    """An OperationOutcome follows the negotiated format too."""
    answer = await client.get("/Patient/nobody", headers={"Accept": "application/fhir+xml"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == FHIR_XML
    assert b"<OperationOutcome" in answer.content


async def test_pretty_indents(client: httpx.AsyncClient, path: str) -> None:
    """`_pretty=true` indents the same content."""
    pretty = await client.get(path, params={"_pretty": "true"})
    assert b'\n  "resourceType"' in pretty.content
    assert pretty.json() == (await client.get(path)).json()


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/Patent", 404, "not-found"),
        ("POST", "/Patent", 404, "not-found"),
        ("GET", "/Patient/1/Nonsense", 404, "not-found"),
        ("GET", "/Patient/1/_history/1/x/y", 404, "not-found"),
        ("GET", "/Patient/$nonsense", 404, "not-found"),
        ("GET", "/Patient?name=%FF", 400, "invalid"),
    ],
)
async def test_addresses_that_are_not_there(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    """Unknown types, operations and shapes are refused with the reason."""
    answer = await client.request(method, path, json=PATIENT if method == "POST" else None)
    assert (answer.status_code, issue(answer)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/metadata", {"GET", "HEAD"}),
        ("POST", "/Patient/1", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("DELETE", "", {"GET", "HEAD", "POST"}),
        ("PUT", "/Patient/_search", {"GET", "HEAD", "POST"}),
        ("DELETE", "/Patient/1/_history", {"GET", "HEAD"}),
        ("GET", "/Patient/1/$meta-add", {"POST"}),
        ("DELETE", "/Patient/1/$meta", {"GET", "HEAD", "POST"}),
        ("PROPFIND", "/Patient", {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}),
    ],
)
async def test_methods_that_are_not_offered(
    client: httpx.AsyncClient, method: str, path: str, allow: set[str]
) -> None:
    """405 says which methods are allowed."""
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == allow
    assert issue(answer)["code"] == "not-supported"


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"Accept": "image/png"}, b"{}", 406),
        ({"Accept": "application/fhir+json; fhirVersion=5.0"}, b"{}", 406),
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": ""}, b"{}", 415),
        ({"Content-Type": "application/fhir+json; fhirVersion=3.0"}, b"{}", 415),
        ({"Content-Encoding": "br"}, b"{}", 415),
        ({}, b"{", 400),
        ({}, b"", 400),
        ({}, b"\xff\xfe", 400),
        ({}, b'{"resourceType":"Observation"}', 400),
        ({"If-None-Exist": "nonsense"}, b'{"resourceType":"Patient"}', 400),
        ({"Content-Encoding": "gzip"}, b"{}", 400),
        ({}, b'{"resourceType":"Patient","birthDate":"yesterday"}', 422),
        ({}, b'{"resourceType":"Patient","nonsense":1}', 422),
    ],
)
async def test_requests_that_cannot_be_taken(
    client: httpx.AsyncClient, headers: dict[str, str], content: bytes, status: int
) -> None:
    """Each kind of wrong request has its status, and an OperationOutcome."""
    sent = {"Content-Type": "application/fhir+json", **headers}
    answer = await client.post("/Patient", content=content, headers=sent)
    assert answer.status_code == status
    assert issue(answer)["diagnostics"]


async def test_large_bodies_are_refused(open_client: OpenClient) -> None:
    """A body past the limit answers 413, packed or not."""
    client = await open_client(max_body_bytes=2048)
    large = json.dumps({**PATIENT, "language": "x" * 4096}).encode()
    headers = {"Content-Type": "application/fhir+json"}
    for sent, more in ((large, {}), (gzip.compress(large), {"Content-Encoding": "gzip"})):
        answer = await client.post("/Patient", content=sent, headers=headers | more)
        assert (answer.status_code, issue(answer)["code"]) == (413, "too-long")


async def test_compressed_bodies_are_taken(client: httpx.AsyncClient) -> None:
    """A gzipped resource is stored as what it holds."""
    answer = await client.post(
        "/Patient",
        content=gzip.compress(json.dumps(PATIENT).encode()),
        headers={"Content-Type": "application/fhir+json", "Content-Encoding": "gzip"},
    )
    assert answer.status_code == 201


async def test_large_answers_are_compressed_on_request(open_client: OpenClient) -> None:
    """Who accepts gzip gets large answers packed, and the same content."""
    client = await open_client(compress_from_bytes=256)
    plain = await client.get("/metadata", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/metadata", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])
    assert packed.json()["rest"] == plain.json()["rest"]


async def test_search_by_get_and_by_form(client: httpx.AsyncClient, path: str) -> None:
    """Both ways of searching find the same; a form must be a form."""
    got = await client.get("/Patient", params={"family": "martin"})
    posted = await client.post("/Patient/_search", data={"family": "martin"})
    assert got.status_code == posted.status_code == 200
    assert [entry["resource"]["id"] for entry in posted.json()["entry"]] == [path.split("/")[2]]
    assert got.json()["entry"] == posted.json()["entry"]
    assert (await client.post("/Patient/_search", json=PATIENT)).status_code == 415


async def test_compartments_are_searched(client: httpx.AsyncClient, path: str) -> None:
    """What belongs to a patient is found below the patient, by type or all together."""
    body = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "weight"},
        "subject": {"reference": path[1:]},
    }
    assert (await client.post("/Observation", json=body)).status_code == 201
    for address in (f"{path}/Observation", f"{path}/*"):
        found = (await client.get(address)).json()["entry"]
        assert "Observation" in {entry["resource"]["resourceType"] for entry in found}


async def test_histories_are_bundles(client: httpx.AsyncClient, path: str) -> None:
    """The history of a resource, a type and the server is a Bundle of type history."""
    for address in (f"{path}/_history", "/Patient/_history", "/_history"):
        answer = await client.get(address)
        assert (answer.status_code, answer.json()["type"]) == (200, "history")


async def test_the_base_takes_batches_and_transactions(client: httpx.AsyncClient) -> None:
    """A Bundle at the base is run as its type says; anything else is refused."""
    entry = {"resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}
    for kind in ("batch", "transaction"):
        bundle = {"resourceType": "Bundle", "type": kind, "entry": [entry]}
        answer = await client.post("", json=bundle)
        assert answer.status_code == 200
        assert answer.json()["type"] == f"{kind}-response"
    for wrong in ({"resourceType": "Bundle", "type": "document"}, PATIENT):
        assert (await client.post("", json=wrong)).status_code == 400


async def test_both_kinds_of_patch_are_taken(client: httpx.AsyncClient, path: str) -> None:
    """A JSON Patch and a FHIRPath Patch change the resource; others are 415 or 400."""
    json_patch = b'[{"op":"add","path":"/active","value":true}]'
    headers = {"Content-Type": "application/json-patch+json"}
    answer = await client.patch(path, content=json_patch, headers=headers)
    assert (answer.status_code, answer.json()["active"]) == (200, True)
    assert (await client.patch(path, content=b"{}", headers=headers)).status_code == 400
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "Patient.active"},
        {"name": "value", "valueBoolean": False},
    ]
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "operation", "part": parts}],
    }
    answer = await client.patch(path, json=parameters)
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    headers = {"Content-Type": "text/plain"}
    assert (await client.patch(path, content=b"x", headers=headers)).status_code == 415


async def test_links_follow_the_address_or_the_setting(
    client: httpx.AsyncClient, open_client: OpenClient
) -> None:
    """Links carry the address the caller used, or the public one that is set."""
    answer = await client.get("/Patient", headers={"Host": "fhir.example:8443"})
    assert answer.json()["link"][0]["url"].startswith("http://fhir.example:8443/fhir/Patient")
    assert (await client.get("/Patient", headers={"Host": "a b"})).status_code == 400
    public = await open_client(base_url="https://fhir.example/r4/")
    answer = await public.post("/Patient", json=PATIENT)
    assert answer.headers["Location"].startswith("https://fhir.example/r4/Patient/")


async def test_a_slow_request_is_given_up(open_client: OpenClient) -> None:
    """Past the time limit the answer is 504, not an open connection."""
    client = await open_client(request_timeout=0.000001)
    answer = await client.get("/Patient/1")
    assert (answer.status_code, issue(answer)["code"]) == (504, "timeout")


async def test_a_change_given_up_says_how_to_find_out(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction may be stored though its time ran out: the outcome names the history to ask."""
    entry = {"resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    client = await open_client(request_timeout=2)
    assert (await client.post("", json=bundle)).status_code == 200
    commit = transaction._commit

    async def late(*given: Any) -> None:
        await commit(*given)
        await asyncio.sleep(60)

    monkeypatch.setattr(transaction, "_commit", late)
    answer = await client.post("", json=bundle)
    assert (answer.status_code, issue(answer)["code"]) == (504, "timeout")
    assert "not known" in issue(answer)["diagnostics"]
    told = answer.json()["issue"][1]["diagnostics"]
    (place,) = re.findall(r"GET \[base\](\S+)", told)
    assert (await client.get(place)).json()["total"] == 1
