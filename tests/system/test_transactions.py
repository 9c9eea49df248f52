"""Batches and transactions from outside: https://hl7.org/fhir/R4/http.html#transaction."""

import base64
import json
from typing import Any
from uuid import uuid4

import pytest

from system.fhir_client import JSON_PATCH, FhirClient, Json, entry, issue

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("http")]

SYSTEM = "urn:oid:1.2.250.1.999.2"
XHTML = "http://www.w3.org/1999/xhtml"


def person(value: str, **more: Any) -> Json:
    """Make a Patient with one identifier."""
    identifier = [{"system": SYSTEM, "value": value}]
    return {"resourceType": "Patient", "identifier": identifier, **more}


def finding(subject: str) -> Json:
    """Make an Observation about somebody."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": subject},
    }


def urn() -> str:
    """Make a full URL for a new resource."""
    return f"urn:uuid:{uuid4()}"


def binary_patch(operations: list[Json]) -> Json:
    """Wrap a JSON Patch as a Bundle carries it."""
    data = base64.b64encode(json.dumps(operations).encode()).decode()
    return {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}


def answers(response: Any, kind: str) -> list[Json]:
    """Give the entries of a response Bundle."""
    body = response.json()
    assert (response.status_code, body.get("type")) == (200, f"{kind}-response"), response.text
    entries: list[Json] = body.get("entry", [])
    return entries


def statuses(response: Any, kind: str) -> list[str]:
    """Give the status code of each entry."""
    return [each["response"]["status"][:3] for each in answers(response, kind)]


def count(fhir: FhirClient, value: str) -> int:
    """Count the Patients with an identifier."""
    found = fhir.get(f"Patient?identifier={SYSTEM}|{value}&_summary=count").json()["total"]
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_an_empty_bundle_is_answered_by_an_empty_bundle(fhir: FhirClient, kind: str) -> None:
    """No entry is no error, also when the property is absent."""
    assert answers(fhir.bundle(kind), kind) == []
    bare = {"resourceType": "Bundle", "type": kind}
    assert answers(fhir.send("POST", "", bare), kind) == []


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_entries_are_done_in_the_order_of_the_specification(fhir: FhirClient, kind: str) -> None:
    """DELETE, POST, PUT, GET; the answers come in the order of the request."""
    gone, kept = uuid4().hex, uuid4().hex
    fhir.put(person(kept, id=gone))
    response = fhir.bundle(
        kind,
        entry("GET", f"Patient?identifier={SYSTEM}|{kept}"),
        entry("PUT", f"Patient/{kept}", person(kept, id=kept)),
        entry("POST", "Patient", person(kept)),
        entry("DELETE", f"Patient/{gone}"),
    )
    assert statuses(response, kind) == ["200", "201", "201", "204"]
    assert answers(response, kind)[0]["resource"]["total"] == 2


def test_links_between_entries_become_real_wherever_they_stand(fhir: FhirClient) -> None:
    """References both ways, narrative links and attachment addresses are rewritten."""
    one, two, file = urn(), urn(), urn()
    div = f'<div xmlns="{XHTML}"><a href="{two}">two</a><img src="{file}" alt=""/></div>'
    response = fhir.bundle(
        "transaction",
        entry(
            "POST",
            "Patient",
            person(
                "links",
                text={"status": "generated", "div": div},
                link=[{"other": {"reference": two}, "type": "seealso"}],
                photo=[{"contentType": "text/plain", "url": file}],
            ),
            one,
        ),
        entry(
            "POST",
            "Patient",
            person("links", link=[{"other": {"reference": one}, "type": "seealso"}]),
            two,
        ),
        entry("POST", "Binary", {"resourceType": "Binary", "contentType": "text/plain"}, file),
        prefer="return=representation",
    )
    first, second, third = (each["resource"] for each in answers(response, "transaction"))
    assert first["link"][0]["other"]["reference"] == f"Patient/{second['id']}"
    assert second["link"][0]["other"]["reference"] == f"Patient/{first['id']}"
    assert first["photo"][0]["url"] == f"Binary/{third['id']}"
    assert f'href="Patient/{second["id"]}"' in first["text"]["div"]
    assert "urn:uuid" not in json.dumps(first)


def test_criteria_stand_for_what_they_match(fhir: FhirClient) -> None:
    """Conditional references need one match; none or several name the element and store nothing."""
    value, twice = uuid4().hex, uuid4().hex
    made = fhir.post(person(value)).json()["id"]
    fhir.post(person(twice))
    fhir.post(person(twice))
    response = fhir.bundle(
        "transaction",
        entry("POST", "Observation", finding(f"Patient?identifier={SYSTEM}|{value}")),
        prefer="return=representation",
    )
    found = answers(response, "transaction")[0]["resource"]
    assert found["subject"]["reference"] == f"Patient/{made}"
    for missing in (twice, uuid4().hex):
        refused = fhir.bundle(
            "transaction",
            entry("POST", "Observation", finding(f"Patient?identifier={SYSTEM}|{missing}")),
        )
        assert refused.status_code == 412
        assert issue(refused)["expression"] == ["Bundle.entry[0].resource.subject.reference"]


def test_a_conditional_entry_is_linked_to_what_it_finds_or_makes(fhir: FhirClient) -> None:
    """`ifNoneExist`, also with the type before it, and conditional updates, sent twice."""
    value = uuid4().hex
    asked = f"Patient?identifier={SYSTEM}|{value}"
    for method, url, condition in (
        ("POST", "Patient", {"ifNoneExist": asked.partition("?")[2]}),
        ("POST", "Patient", {"ifNoneExist": asked}),
        ("PUT", asked, {}),
    ):
        full_url = urn()
        response = fhir.bundle(
            "transaction",
            entry(method, url, person(value), full_url, **condition),
            entry("POST", "Observation", finding(full_url)),
            prefer="return=representation",
        )
        patient, observation = (each["resource"] for each in answers(response, "transaction"))
        assert observation["subject"]["reference"] == f"Patient/{patient['id']}"
    assert count(fhir, value) == 1


@pytest.mark.parametrize(
    ("bad", "status", "where"),
    [
        (entry("POST", "Patient", {"resourceType": "Patient", "foo": 1}), 422, ".resource"),
        (entry("GET", "Patient/nobody"), 404, ""),
        (entry("PUT", "Patient/a", person("x", id="a"), ifMatch='W/"9"'), 412, ""),
        (entry("PUT", "Patient/a", person("x", id="a"), ifmatch='W/"9"'), 400, ".request"),
        (
            entry("POST", "Observation", finding("urn:uuid:nobody")),
            400,
            ".resource.subject.reference",
        ),
        (entry("ZAP", "Patient"), 400, ".request.method"),
        (entry("GET", "http://elsewhere.org/Patient/1"), 400, ".request.url"),
        (entry("PATCH", "Patient/nobody", binary_patch([])), 404, ""),
        ({"resource": person("x")}, 400, ""),
    ],
)
def test_one_bad_entry_stops_everything(
    fhir: FhirClient, bad: Json, status: int, where: str
) -> None:
    """The answer is an OperationOutcome that names the entry and element; nothing is stored."""
    value = uuid4().hex
    refused = fhir.bundle("transaction", entry("POST", "Patient", person(value)), bad)
    assert refused.status_code == status
    assert issue(refused)["expression"] == [f"Bundle.entry[1]{where}"]
    assert count(fhir, value) == 0


def test_two_entries_for_one_resource_are_refused(fhir: FhirClient) -> None:
    """Twice the same id, a write and a deletion, a full URL twice, the same criteria twice."""
    put, full_url = entry("PUT", "Patient/b", person("b", id="b")), urn()
    criteria = {"ifNoneExist": f"identifier={SYSTEM}|{uuid4().hex}"}
    for pair in (
        (put, put),
        (put, entry("DELETE", "Patient/b")),
        (put, entry("PATCH", "Patient/b", binary_patch([]))),
        (entry("POST", "Patient", person("1"), full_url),) * 2,
        (entry("POST", "Patient", person("1"), **criteria),) * 2,
    ):
        refused = fhir.bundle("transaction", *pair)
        assert refused.status_code == 400
        assert "Token(" not in issue(refused)["diagnostics"]


def test_patches_in_a_bundle(fhir: FhirClient) -> None:
    """A JSON Patch travels in a Binary, a FHIRPath Patch is Parameters; If-Match holds for both."""
    fhir.put(person("c", id="c"))
    version = fhir.get("Patient/c").json()["meta"]["versionId"]
    added = binary_patch([{"op": "add", "path": "/active", "value": True}])
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "Patient.active"},
        {"name": "value", "valueBoolean": False},
    ]
    replaced = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}
    for body, tag, expected in ((added, f'W/"{version}"', True), (replaced, "*", False)):
        response = fhir.bundle(
            "transaction",
            entry("PATCH", "Patient/c", body, ifMatch=tag),
            prefer="return=representation",
        )
        assert answers(response, "transaction")[0]["resource"]["active"] is expected
    stale = fhir.bundle("transaction", entry("PATCH", "Patient/c", added, ifMatch=f'W/"{version}"'))
    assert stale.status_code == 412


def test_entries_of_a_batch_fail_alone(fhir: FhirClient) -> None:
    """Each bad entry has its own status and outcome; the others are done."""
    value = uuid4().hex
    response = fhir.bundle(
        "batch",
        entry("POST", "Patient", person(value)),
        entry("GET", "Foo/1"),
        {},
        entry("PUT", "Patient/d", person("d", id="d"), ifmatch='W/"1"'),
        entry("POST", "Observation", finding(f"Patient?identifier={SYSTEM}|{value}")),
        entry("GET", f"Patient?identifier={SYSTEM}|{value}"),
    )
    assert statuses(response, "batch") == ["201", "404", "400", "400", "400", "200"]
    for index, each in enumerate(answers(response, "batch")[1:5], 1):
        assert each["response"]["outcome"]["issue"][0]["expression"][0].startswith(
            f"Bundle.entry[{index}]"
        )
    assert count(fhir, value) == 1


def test_what_entries_answer_follows_prefer(fhir: FhirClient) -> None:
    """Nothing by default, the resource or an OperationOutcome when asked; always where it is."""
    for prefer, has in (("return=minimal", ()), ("return=OperationOutcome", ("outcome",))):
        response = fhir.bundle("transaction", entry("POST", "Patient", person("e")), prefer=prefer)
        (made,) = answers(response, "transaction")
        assert "resource" not in made
        assert set(made["response"]) == {"status", "location", "etag", "lastModified", *has}
        assert made["response"]["location"].endswith("/_history/1")


def test_a_batch_may_hold_thousands(fhir: FhirClient) -> None:
    """As many entries as the settings allow; one more is 413."""
    reads = [entry("GET", "Patient/nobody")] * 5_000
    assert set(statuses(fhir.bundle("batch", *reads), "batch")) == {"404"}
    assert fhir.bundle("batch", *reads, reads[0]).status_code == 413
