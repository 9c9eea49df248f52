"""http.html line by line, from outside: https://hl7.org/fhir/R4/http.html."""

import gzip
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from system.conftest import Running
from system.fhir_client import FORM, JSON_PATCH, FhirClient, Json, issue, links

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("http")]

SYSTEM = "urn:oid:1.2.250.1.999.1"


def person(value: str, **more: Any) -> Json:
    """Make a Patient with one identifier."""
    identifier = [{"system": SYSTEM, "value": value}]
    return {"resourceType": "Patient", "identifier": identifier, **more}


@pytest.fixture
def stored(fhir: FhirClient) -> Json:
    """A Patient of its own, at version 1."""
    body: Json = fhir.put(person("stored", id=f"p-{uuid4().hex}")).json()
    return body


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ('W/"1"', 304),
        ('"1"', 304),
        ('W/"7", W/"1"', 304),
        ("*", 304),
        ('W/"7"', 200),
        ('W/"7", W/"8"', 200),
    ],
)
def test_if_none_match_may_name_several_versions(
    fhir: FhirClient, stored: Json, header: str, status: int
) -> None:
    """A copy the client has is not sent again, whichever of its tags it is."""
    answer = fhir.get(f"Patient/{stored['id']}", if_none_match=header)
    assert (answer.status_code, answer.headers["etag"]) == (status, 'W/"1"')
    assert bool(answer.content) is (status == 200)


@pytest.mark.parametrize("header", ["yesterday", "2026-11-22", "Sun, 99 Nov 2026 10:00:00 GMT"])
def test_an_unreadable_if_modified_since_is_left_out(
    fhir: FhirClient, stored: Json, header: str
) -> None:
    """RFC 9110 wants a date that is none ignored: the resource is sent."""
    assert fhir.get(f"Patient/{stored['id']}", if_modified_since=header).status_code == 200


def test_last_modified_and_if_modified_since_meet(fhir: FhirClient, stored: Json) -> None:
    """What was sent as Last-Modified makes the next read a 304; an entity tag goes before it."""
    path = f"Patient/{stored['id']}"
    stamp = fhir.get(path).headers["last-modified"]
    assert fhir.get(path, if_modified_since=stamp).status_code == 304
    assert fhir.get(path, if_modified_since=stamp, if_none_match='W/"9"').status_code == 200


@pytest.mark.parametrize("before", ["", "?", "Patient?", "{base}/Patient?"])
def test_if_none_exist_takes_the_query_in_every_spelling(fhir: FhirClient, before: str) -> None:
    """The query alone, after a question mark, after the type or after its URL means the same."""
    value = uuid4().hex
    first = fhir.post(person(value), if_none_exist=f"identifier={SYSTEM}|{value}")
    query = f"{before.format(base=fhir.base_url)}identifier={SYSTEM}%7C{value}"
    second = fhir.post(person(value), if_none_exist=query)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["id"] == first.json()["id"]


def test_if_none_exist_with_accents_finds_what_it_made(fhir: FhirClient) -> None:
    """Unescaped UTF-8 in the header is read as such, so nothing is created twice."""
    value = f"É-{uuid4().hex}"
    query = f"identifier={SYSTEM}|{value}"
    assert fhir.post(person(value), if_none_exist=query).status_code == 201
    assert fhir.post(person(value), if_none_exist=query).status_code == 200


def test_if_none_exist_must_be_understood(fhir: FhirClient) -> None:
    """Unknown parameters, another type, and criteria that restrict nothing are refused."""
    refused = {"foo=bar": 400, "Observation?status=final": 400, "_count=1": 412}
    for query, status in refused.items():
        answer = fhir.post(person("x"), if_none_exist=query)
        assert answer.status_code == status, query
        assert issue(answer)["severity"] == "error"


@pytest.mark.parametrize(
    ("prefer", "content"),
    [
        ("return=minimal", None),
        ("return=representation", "Patient"),
        ("return=OperationOutcome", "OperationOutcome"),
        ("respond-nicely", "Patient"),
    ],
)
def test_prefer_chooses_what_a_write_answers(
    fhir: FhirClient, prefer: str, content: str | None
) -> None:
    """The status and headers stay the same, the content follows."""
    answer = fhir.post(person("prefer"), prefer=prefer)
    assert answer.status_code == 201
    assert {"etag", "last-modified", "location"} <= set(answer.headers)
    assert (answer.json()["resourceType"] if answer.content else None) == content


@pytest.mark.parametrize(
    "path", ["", "?_count=1", "/_history?_count=1", "/{id}", "/{id}/_history/1"]
)
def test_head_answers_like_get_without_the_body(fhir: FhirClient, stored: Json, path: str) -> None:
    """Status, type and entity tag are those of GET."""
    path = "Patient" + path.format(id=stored["id"])
    head, get = fhir.send("HEAD", path), fhir.get(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "etag", "last-modified"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "Foo/1", 404),
        ("GET", "DomainResource/1", 404),
        ("GET", "patient/1", 404),
        ("GET", "Patient/nobody", 404),
        ("GET", "Patient/nobody/_history", 404),
        ("GET", "Patient/a_b", 400),
        ("GET", f"Patient/{'a' * 65}", 400),
        ("GET", "Patient/nobody/$nothing", 404),
        ("POST", "Patient/nobody", 405),
        ("PUT", "", 405),
        ("DELETE", "Patient", 412),
        ("TRACE", "Patient", 405),
        ("GET", "Patient?_format=turtle", 406),
        ("GET", "Patient?_summary=some", 400),
        ("GET", "metadata?mode=odd", 400),
        ("GET", "Organization/o1/Observation", 404),
    ],
)
def test_refusals_are_outcomes_with_the_right_status(
    fhir: FhirClient, method: str, path: str, status: int
) -> None:
    """Every refusal says in an OperationOutcome what was wrong; 405 says what is offered."""
    answer = fhir.send(method, path)
    assert answer.status_code == status
    assert issue(answer)["diagnostics"]
    assert ("allow" in answer.headers) is (status == 405)


def test_control_characters_in_messages_do_not_break_xml(fhir: FhirClient) -> None:
    """A refusal that quotes what XML cannot hold is still an OperationOutcome in XML."""
    bad = b'{"resourceType":"Patient","name":[{"family":"a\\u0000b"}],"b\\u0001":1}'
    answer = fhir.send(
        "POST", "Patient", bad, content_type="application/fhir+json", accept="application/fhir+xml"
    )
    assert answer.status_code == 422
    assert answer.content.startswith(b"<?xml")
    assert fhir.get("Patient?birthdate=%01%EF%BF%BE&_format=xml").status_code == 400


@pytest.mark.parametrize("sent", ["application/merge-patch+json", "text/plain"])
def test_patch_of_an_unknown_kind_names_the_known(
    fhir: FhirClient, stored: Json, sent: str
) -> None:
    """415 tells which patches are understood."""
    answer = fhir.send("PATCH", f"Patient/{stored['id']}", b"{}", content_type=sent)
    assert answer.status_code == 415
    assert JSON_PATCH in issue(answer)["diagnostics"]
    assert JSON_PATCH in answer.headers["accept-patch"]


def test_a_failed_patch_test_shows_nothing_of_the_record(fhir: FhirClient, stored: Json) -> None:
    """The path is named; neither the stored value nor the inside of a library is shown."""
    patch = [{"op": "test", "path": "/identifier/0/value", "value": "other"}]
    answer = fhir.send("PATCH", f"Patient/{stored['id']}", patch, content_type=JSON_PATCH)
    assert answer.status_code == 422
    text = issue(answer)["diagnostics"]
    assert "/identifier/0/value" in text
    assert "stored" not in text
    assert "class" not in text


def test_a_deleted_resource_is_gone_until_it_is_written_again(fhir: FhirClient) -> None:
    """410 with the version of the deletion; versions go on counting, history keeps all."""
    path = f"Patient/{uuid4().hex}"
    body = person("gone", id=path.partition("/")[2])
    fhir.put(body)
    assert fhir.send("DELETE", path).status_code == 204
    gone = fhir.get(path)
    assert (gone.status_code, gone.headers["etag"]) == (410, 'W/"2"')
    assert (
        fhir.get(f"{path}/_history/2").status_code,
        fhir.get(f"{path}/_history/1").status_code,
    ) == (
        410,
        200,
    )
    again = fhir.put(body)
    assert (again.status_code, again.headers["etag"]) == (201, 'W/"3"')
    entries = fhir.get(f"{path}/_history").json()["entry"]
    assert [each["request"]["method"] for each in entries] == ["PUT", "DELETE", "PUT"]
    assert "resource" not in entries[1]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("_elements=active", {"resourceType", "id", "meta", "active"}),
        ("_summary=text", {"resourceType", "id", "meta"}),
        ("_summary=data", {"resourceType", "id", "meta", "active", "identifier"}),
        ("", {"resourceType", "id", "meta", "active", "identifier"}),
    ],
)
@pytest.mark.parametrize("path", ["Patient/parts", "Patient/parts/_history", "Patient?_id=parts"])
def test_parts_of_resources_wherever_they_are_answered(
    fhir: FhirClient, path: str, query: str, holds: set[str]
) -> None:
    """`_summary` and `_elements` hold for reads, histories and searches alike."""
    fhir.put(person("parts", id="parts", active=True))
    answer = fhir.get(f"{path}{'&' if '?' in path else '?'}{query}").json()
    resource = answer["entry"][0]["resource"] if "entry" in answer else answer
    assert set(resource) == holds
    assert ("tag" in resource["meta"]) is bool(query)


def test_the_count_of_a_history_alone(fhir: FhirClient, stored: Json) -> None:
    """`_summary=count` and `_count=0` give the total and no entry."""
    for query in ("_summary=count", "_count=0"):
        answer = fhir.get(f"Patient/{stored['id']}/_history?{query}").json()
        assert (answer["total"], answer.get("entry")) == (1, None)


def test_pages_keep_the_format_that_was_asked_for(fhir: FhirClient) -> None:
    """`_format` and `_pretty` are repeated in the links, of searches and of histories."""
    for value in ("one", "two"):
        fhir.post(person(value))
    for path in ("Patient?_count=1", "Patient/_history?_count=1"):
        found = links(fhir.get(f"{path}&_format=json&_pretty=true"))
        assert {"_format=json" in url and "_pretty=true" in url for url in found.values()} == {True}


def test_a_form_counts_as_much_as_the_url(fhir: FhirClient) -> None:
    """Parameters of both are joined, `_format` included; letters with accents may be unescaped."""
    fhir.put(person("form", id="form", name=[{"given": ["Émile"]}]))
    form = "given=Émile&_format=xml".encode()
    answer = fhir.send("POST", "Patient/_search?_id=form", form, content_type=FORM)
    assert answer.headers["content-type"].startswith("application/fhir+xml")
    assert b'<total value="1"/>' in answer.content


@pytest.mark.parametrize("path", ["Patient/_search?_id=form", "_search?_id=form&_type=Patient"])
def test_search_addresses_answer_get_too(fhir: FhirClient, path: str) -> None:
    """A search may be read at its `_search` address, as other servers let clients do."""
    fhir.put(person("form", id="form"))
    assert fhir.ids(path) == ["form"]


def test_an_operation_called_by_post_is_paged_as_it_was_asked(fhir: FhirClient) -> None:
    """The links of `$everything` repeat the parameters of its body."""
    fhir.put(person("whole", id="whole"))
    for number in range(3):
        flag = {
            "status": "active",
            "code": {"text": "x"},
            "subject": {"reference": "Patient/whole"},
        }
        fhir.put({"resourceType": "Flag", "id": f"whole-{number}", **flag})
    asked = [{"name": "_count", "valueInteger": 1}, {"name": "_type", "valueCode": "Flag"}]
    body = {"resourceType": "Parameters", "parameter": asked}
    answer = fhir.send("POST", "Patient/whole/$everything", body)
    found = [each["resource"]["id"] for each in answer.json()["entry"]]
    while url := links(answer).get("next"):
        answer = fhir.get(url)
        page = answer.json().get("entry", [])
        assert len(page) <= 1
        found += [each["resource"]["id"] for each in page]
    assert found == ["whole-0", "whole-1", "whole-2"]


def test_an_export_tells_what_was_asked_for(fhir: FhirClient) -> None:
    """The manifest repeats the whole URL of the kick-off, its parameters included."""
    path = "$export?_type=Patient,Flag"
    started = fhir.get(path, prefer="respond-async")
    assert started.status_code == 202
    where = started.headers["content-location"]
    for _ in range(200):
        done = fhir.get(where)
        if done.status_code != 202:
            break
        time.sleep(0.1)
    assert done.json()["request"] == f"{fhir.base_url}/{path}"
    assert fhir.send("DELETE", where).status_code == 202
    assert fhir.get(where).status_code == 404


def test_bodies_beyond_the_limit_leave_no_trace_in_memory(fhir: FhirClient, server: Any) -> None:
    """Too much, on the wire or unpacked, is 413, and is not kept."""
    pid = server.process.pid
    before = _resident(pid)
    bomb = gzip.compress(b" " * 200_000_000, 1)
    for _ in range(3):
        answer = fhir.send(
            "POST", "Patient", bomb, content_type="application/json", content_encoding="gzip"
        )
        assert answer.status_code == 413
        assert fhir.send("POST", "Patient", b" " * 50_000_001).status_code == 413
    assert _resident(pid) - before < 100


def _resident(pid: int) -> int:
    """Give the megabytes that a process holds in memory."""
    found = Path(f"/proc/{pid}/statm")
    if not found.exists():
        pytest.skip("this system does not tell the memory of processes in /proc")
    return int(found.read_text().split()[1]) * 4096 // 1_000_000


@pytest.fixture(autouse=True)
def _no_bug(server: Any) -> Iterator[None]:
    """Hold that no test met an answer from an unforeseen error."""
    yield
    assert "Traceback" not in server.log()


def test_a_head_that_cannot_be_read_is_answered_in_fhir(server: Running) -> None:
    """A URL longer than any parser measures, and what is no HTTP, get an OperationOutcome."""
    for head, line in (
        (b"GET /fhir/Patient?name=" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b" 414 "),
        (b"\x16\x03\x01 what is this\r\n\r\n", b" 400 "),
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(head)
            parts = iter(lambda: connection.recv(65_536), b"")
            answered, _, body = b"".join(parts).partition(b"\r\n\r\n")
        assert line in answered.partition(b"\r\n")[0]
        assert json.loads(body)["resourceType"] == "OperationOutcome"


def test_cda_is_validated_beside_the_base(server: Running) -> None:
    """`/cda/$validate` is part of the server that a user starts."""
    document = '<ClinicalDocument xmlns="urn:hl7-org:v3"><realmCode code="US"/></ClinicalDocument>'
    answer = httpx.post(f"{server.root}/cda/$validate", content=document, timeout=30)
    assert answer.status_code == 200
    assert answer.json()["resourceType"] == "OperationOutcome"
