"""`$validate`: https://hl7.org/fhir/R4/resource-operation-validate.html."""

import json
from typing import Any

import httpx
import pytest

from cordee.errors import Issue, Severity
from cordee.outcome import MOST, operation_outcome

GOOD = {"resourceType": "Patient", "active": True}
BAD = {"resourceType": "Patient", "birthDate": "yesterday"}


def wrapped(resource: dict[str, Any], **more: Any) -> dict[str, Any]:
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


async def test_what_is_deleted_need_not_be_good(record: httpx.AsyncClient) -> None:
    """A delete is judged without regard to content, which writes let pass and this does not."""
    extension = [{"url": "http://tool.test/none", "valueString": "x"}]
    answer = await record.put("/Patient/p1", json=GOOD | {"id": "p1", "extension": extension})
    assert answer.status_code == 200, answer.text
    assert "error" in severities(await record.get("/Patient/p1/$validate"))
    assert severities(await record.get("/Patient/p1/$validate?mode=delete")) == {"information"}


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
    ("header", "words"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.5", "n'est pas"),
        ("de, en;q=0.8, fr;q=0.2", "is not"),
        ("", "is not"),
    ],
)
async def test_messages_are_in_the_language_asked_for(
    client: httpx.AsyncClient, header: str, words: str
) -> None:
    """`Accept-Language` chooses French or English, by preference; English is the default."""
    asked = {"accept-language": header}
    for path in ("/Patient/$validate", "/Patient"):
        answer = await client.post(path, json=BAD, headers=asked)
        assert words in answer.json()["issue"][0]["diagnostics"], path


JSON_TEXT = """{
  "resourceType": "Patient",
  "birthDate": "yesterday"
}"""
XML_TEXT = """<Patient xmlns="http://hl7.org/fhir">

  <birthDate value="yesterday"/>
</Patient>"""


def position(answer: httpx.Response) -> tuple[int, int]:
    """Give line and column of the first issue."""
    rows = answer.json()["issue"][0]["extension"]
    found = {row["url"].rpartition("-")[2]: row.get("valueInteger") for row in rows}
    return found["line"], found["col"]


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [(JSON_TEXT, "json", (3, 3)), (XML_TEXT, "xml", (3, 3))],
)
@pytest.mark.parametrize("path", ["/Patient/$validate", "/Patient"])
async def test_issues_say_where_in_the_text(
    client: httpx.AsyncClient, path: str, text: str, kind: str, place: tuple[int, int]
) -> None:
    """Line and column count in what was sent, JSON or XML, validated or written."""
    sent = {"content-type": f"application/fhir+{kind}"}
    assert position(await client.post(path, content=text, headers=sent)) == place


FAULTY = """<Patient xmlns="http://hl7.org/fhir">
  <birthDate value="yesterday"/>
  <nom value="Dupont"/>
  <active value="true" unit="x"/>
  <name><family value="A"/><family value="B"/></name>
  hello
  <contained><Unknown/></contained>
</Patient>"""
TOLD = {
    ("primitive-format", "Patient.birthDate", 2),
    ("element-unknown", "Patient.nom", 3),
    ("xml-element-order", "Patient.active", 4),
    ("xml-attribute-unknown", "Patient.active", 4),
    ("xml-element-twice", "Patient.name.family[1]", 5),
    ("xml-element-order", "Patient.contained", 7),
    ("resource-type-unknown", "Patient.contained[0]", 7),
}


def told(answer: httpx.Response) -> set[tuple[str, str, int]]:
    """Give message, expression and line of each issue."""
    assert answer.status_code == 200, answer.text
    found = set()
    for issue in answer.json()["issue"]:
        rows = {row["url"].rpartition("-")[2]: row for row in issue["extension"]}
        assert rows["col"]["valueInteger"] >= 1
        place = issue["expression"][0], rows["line"]["valueInteger"]
        found.add((rows["id"]["valueString"], *place))
    return found


async def test_faults_of_xml_are_findings_like_others(client: httpx.AsyncClient) -> None:
    """Unknown, repeated and misplaced parts of XML are told, with all else, and hide nothing."""
    sent = {"content-type": "application/fhir+xml", "accept": "application/fhir+json"}
    bare = await client.post("/Patient/$validate", content=FAULTY, headers=sent)
    assert told(bare) >= TOLD
    wrapped = (
        '<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="resource"/><resource>'
        f"{FAULTY}</resource></parameter></Parameters>"
    )
    again = await client.post("/Patient/$validate", content=wrapped, headers=sent)
    assert told(again) == told(bare)
    french = await client.post(
        "/Patient/$validate", content=FAULTY, headers={**sent, "accept-language": "fr"}
    )
    texts = " ".join(issue["diagnostics"] for issue in french.json()["issue"])
    assert "« nom » n'est pas un élément de Patient" in texts
    assert " is " not in texts
    assert " must " not in texts
    refused = await client.post("/Patient", content=FAULTY, headers=sent)
    assert refused.status_code == 422


async def test_the_same_parameter_twice_is_once(client: httpx.AsyncClient) -> None:
    """A mode in the URL and in the body is one mode when both agree, and refused when not."""
    body = wrapped({**GOOD, "id": "a"}, mode="update")
    same = await client.post("/Patient/a/$validate?mode=update", json=body)
    assert "error" not in severities(same)
    other = await client.post("/Patient/a/$validate?mode=create", json=body)
    assert other.status_code == 400


async def test_refusals_are_in_the_language_asked_for(client: httpx.AsyncClient) -> None:
    """What $validate says of a wrong call is translated like its verdicts."""
    asked = {"accept-language": "fr"}
    for path, body in (
        ("/Patient/$validate?mode=create", wrapped(GOOD, mode="update")),
        ("/Patient/$validate", wrapped(GOOD, mode="nonsense")),
        ("/Patient/$validate", wrapped(GOOD, mode="profile")),
        ("/Patient/$validate", wrapped(GOOD, mode={"system": "a"})),
        ("/Patient/$validate", None),
        (
            "/Patient/$validate",
            {"resourceType": "Parameters", "parameter": [{"name": "resource", "valueString": "x"}]},
        ),
    ):
        answer = await client.post(path, json=body, headers=asked)
        assert answer.status_code == 400
        assert answer.headers["content-language"] == "fr"
        english = await client.post(path, json=body)
        assert english.headers["content-language"] == "en"
        assert english.json()["issue"][0]["diagnostics"] != answer.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("rows", [5, "x", None, [None], [{"name": {}}], {"name": "resource"}])
async def test_parameters_out_of_shape_are_findings(client: httpx.AsyncClient, rows: Any) -> None:
    """Parameters that are none at all are told of like any other resource."""
    body = {"resourceType": "Parameters", "parameter": rows}
    assert "error" in severities(await client.post("/Parameters/$validate", json=body))


async def test_wrapped_resources_are_placed_in_the_whole_text(client: httpx.AsyncClient) -> None:
    """Lines count from the top of the Parameters or Bundle, not of the resource in it."""
    sent = {"content-type": "application/fhir+json"}
    parameters = (
        '{"resourceType": "Parameters",\n"parameter": [{"name": "resource", "resource":\n'
        + JSON_TEXT
        + "}]}"
    )
    answer = await client.post("/Patient/$validate", content=parameters, headers=sent)
    assert position(answer) == (5, 3)
    request = '"request": {"method": "POST", "url": "Patient"}'
    bundle = (
        '{"resourceType": "Bundle", "type": "transaction",\n"entry": [{'
        + request
        + ', "resource":\n'
        + JSON_TEXT
        + "}]}"
    )
    answer = await client.post("", content=bundle, headers=sent)
    assert answer.status_code == 422
    assert position(answer) == (5, 3)


async def test_references_are_followed_into_the_store(record: httpx.AsyncClient) -> None:
    """A stored target is looked at, by relative and by absolute URL; a missing one is not held."""
    profile = await record.post("/StructureDefinition", json=PROFILE)
    assert profile.status_code == 201, profile.text
    for base in ("", "http://test/fhir/"):
        for target, good in (("Patient/p1", True), ("Patient/unknown", True)):
            body = {**FLAG, "subject": {"reference": base + target}}
            answer = await record.post(f"/Flag/$validate?profile={PROFILE['url']}", json=body)
            assert ("error" not in severities(answer)) is good, answer.text
        await record.put("/Patient/bare", json={"resourceType": "Patient", "id": "bare"})
        body = {**FLAG, "subject": {"reference": base + "Patient/bare"}}
        answer = await record.post(f"/Flag/$validate?profile={PROFILE['url']}", json=body)
        assert "error" in severities(answer), answer.text


FLAG = {"resourceType": "Flag", "status": "active", "code": {"text": "Falls"}}
PROFILE = {
    "resourceType": "StructureDefinition",
    "url": "http://example.org/StructureDefinition/named-subject",
    "name": "NamedSubject",
    "status": "active",
    "kind": "resource",
    "abstract": False,
    "type": "Flag",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Flag",
    "derivation": "constraint",
    "differential": {
        "element": [
            {
                "id": "Flag.subject",
                "path": "Flag.subject",
                "constraint": [
                    {
                        "key": "named-1",
                        "severity": "error",
                        "human": "The subject, where it is known, has a name",
                        "expression": "resolve().empty() or resolve().name.exists()",
                    }
                ],
            }
        ]
    },
}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/Patient/$validate", wrapped(GOOD, mode="nonsense")),
        ("/Patient/$validate", wrapped(GOOD, mode="profile")),
        ("/Patient/$validate", {"resourceType": "Parameters", "parameter": [{"name": "mode"}]}),
    ],
)
async def test_wrong_calls_are_refused(
    client: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    """An unknown mode, no profile where one is to be kept, nothing to validate: bad calls."""
    assert (await client.post(path, json=body)).status_code == 400


async def test_content_in_any_charset_is_stored_as_before(client: httpx.AsyncClient) -> None:
    """Finding lines asks nothing of bodies that are no FHIR text."""
    sent = {"content-type": "text/plain; charset=iso-8859-1"}
    answer = await client.post("/Binary", content=b"\xe9t\xe9", headers=sent)
    assert answer.status_code == 201, answer.text


async def test_the_language_of_the_answer_is_told(client: httpx.AsyncClient) -> None:
    """Verdicts and refusals say their language, also where nothing is at fault."""
    french = {"Accept-Language": "fr"}
    good = await client.post("/Patient/$validate", json=GOOD, headers=french)
    assert good.headers["content-language"] == "fr"
    assert "anomalie" in good.json()["issue"][0]["diagnostics"]
    wrong = await client.post("/Patient", json=GOOD | {"gender": "x"}, headers=french)
    assert (wrong.status_code, wrong.headers["content-language"]) == (422, "fr")


async def test_an_update_needs_an_id(client: httpx.AsyncClient) -> None:
    """With mode=update a resource without id is not good."""
    answer = await client.post("/Patient/$validate", params={"mode": "update"}, json=GOOD)
    (issue,) = answer.json()["issue"]
    assert (issue["severity"], issue["expression"]) == ("error", ["Patient.id"])


async def test_entries_with_references_keep_their_place(record: httpx.AsyncClient) -> None:
    """In a transaction, entries whose references are rewritten, or lead nowhere, have lines."""
    url = "urn:uuid:0a0b0c0d-0000-4000-8000-000000000001"
    observation = {
        "resourceType": "Observation",
        "status": "wrong",
        "code": {"text": "a"},
        "subject": {"reference": url},
    }
    entries: list[dict[str, Any]] = [
        {"fullUrl": url, "resource": GOOD, "request": {"method": "POST", "url": "Patient"}},
        {"resource": observation, "request": {"method": "POST", "url": "Observation"}},
    ]
    lost = observation | {"status": "final", "subject": {"reference": "Patient?identifier=none"}}
    for rows, needle in (
        (entries, '"wrong"'),
        ([{"resource": lost, "request": entries[1]["request"]}], '"Patient?identifier=none"'),
    ):
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": rows}
        text = json.dumps(bundle, indent=1)
        headers = {"Content-Type": "application/fhir+json"}
        answer = await record.post("", content=text, headers=headers)
        assert answer.status_code in (412, 422)
        line = text[: text.index(needle)].count("\n") + 1
        assert position(answer)[0] == line


def _strange(number: int) -> dict[str, Any]:
    return {"resourceType": "Patient", **{f"strange{row}": 1 for row in range(number)}}


@pytest.mark.parametrize(
    ("language", "text"), [("en", " more issues"), ("fr", " autres anomalies")]
)
async def test_an_outcome_tells_a_thousand_issues(
    client: httpx.AsyncClient, language: str, text: str
) -> None:
    """How many more there are is the last one; a refused create says it in the same words."""
    for url in ("/Patient/$validate", "/Patient"):
        headers = {"Accept-Language": language}
        answer = await client.post(url, json=_strange(1_200), headers=headers)
        *told, last = answer.json()["issue"]
        assert len(told) == MOST
        assert text in last["diagnostics"]
        assert last["severity"] == "information"
        assert {row["severity"] for row in told} == {"error"}


def test_errors_are_told_before_what_is_less() -> None:
    """Whether something is an error shows however late it comes; places keep their order."""
    hints = [Issue(Severity.INFORMATION, "informational", f"hint {n}") for n in range(MOST)]
    bad, doubt = Issue(Severity.ERROR, "invalid", "bad"), Issue(Severity.WARNING, "value", "doubt")
    told = operation_outcome([*hints, doubt, bad])["issue"]
    texts = [row["diagnostics"] for row in told]
    assert texts[:2] == ["hint 0", "hint 1"]
    assert texts[-3:-1] == ["doubt", "bad"]
    assert texts[-1].startswith("2 more")
    assert len(operation_outcome(hints)["issue"]) == MOST
