"""The shipped forms over HTTP: filled beforehand, scored, and turned into findings.

The expected scores are worked examples: AGGIR from the groups of the law, the others from the
definition of their scale.
"""

from typing import Any

import httpx
import pytest

from coordination.conftest import Record
from cordee.resource.types import Resource

FORMS = "https://cordee.example/fhir/Questionnaire/"
YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
SCALE = "https://cordee.example/fhir/CodeSystem/coordination-answers"
VITAL = {
    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
    "code": "vital-signs",
}
ACTIVITIES = (
    "coherence",
    "orientation",
    "toilet",
    "dressing",
    "eating",
    "elimination",
    "transfers",
    "indoors",
    "outdoors",
    "communication",
)


def coded(system: str, answers: dict[str, str]) -> list[dict[str, Any]]:
    """Items answered by codes, of a system if it has a name."""
    of = {"system": system} if system else {}
    return [
        {"linkId": link, "answer": [{"valueCoding": of | {"code": code}}]}
        for link, code in answers.items()
    ]


def response(form: str, items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A completed response about a person."""
    made: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "id": "r"}
    made |= {"questionnaire": FORMS + form, "status": "completed"}
    return made | {"subject": {"reference": "Patient/p"}, "item": items} | more


def aggir(letters: str) -> list[dict[str, Any]]:
    """The answers of an AGGIR grid: one letter an activity."""
    return coded(SCALE, dict(zip(ACTIVITIES, letters, strict=True)))


def numbered(system: str, codes: list[str]) -> list[dict[str, Any]]:
    """Answers to the questions q1, q2, …."""
    return coded(system, {f"q{n}": code for n, code in enumerate(codes, 1)})


def score(found: Resource) -> Any:
    """The score that a response carries."""
    rows = [item for item in found["item"] if item["linkId"] == "score"]
    return next(iter(rows[0]["answer"][0].values())) if rows else None


@pytest.fixture
async def record(http: httpx.AsyncClient) -> Record:
    """A person."""
    made = Record(http)
    await made.stored({"resourceType": "Patient", "id": "p", "gender": "female"})
    return made


@pytest.mark.parametrize(
    ("letters", "gir"),
    [
        ("CCCCCCCCCC", 1),
        ("CCAAAAAAAA", 2),
        ("AACCCCCCCC", 2),
        ("AACCCBAAAA", 3),
        ("AABBBAAAAA", 4),
        ("AABAAAAAAA", 5),
        ("AAAAAAAACC", 6),
        ("AAAAAAAAAA", 6),
        ("AAAABBCBAA", 2),
    ],
)
async def test_the_group_of_a_person_is_computed(record: Record, letters: str, gir: int) -> None:
    """From the totally dependent (1) to the one who does everything alone (6)."""
    found = await record.stored(response("aggir", aggir(letters)))
    assert score(found) == gir


@pytest.mark.parametrize(
    ("form", "system", "codes", "expected"),
    [
        ("gds-15", YES_NO, list("YNNNYNYNNNYNYNN"), 0),
        ("gds-15", YES_NO, ["N"] * 15, 5),
        ("gds-15", YES_NO, ["Y"] * 15, 10),
        ("gds-30", YES_NO, ["N"] * 30, 10),
        ("gds-30", YES_NO, ["Y"] * 30, 20),
        ("braden", "", ["s0"] * 6, 6),
        ("braden", "", ["s3"] * 5 + ["s2"], 23),
        ("mna-sf", "", ["s2", "s3", "s2", "s1", "s2", "s3"], 14),
        ("mna-sf", "", ["s0"] * 6, 0),
        ("mna-sf", "", ["s1", "s1", "s1", "s1", "s1", "s1"], 7),
        ("mini-zarit", "", ["s1"] * 7, 3.5),
    ],
)  # fmt: skip
async def test_scales_are_added_up(
    record: Record, form: str, system: str, codes: list[str], expected: float
) -> None:
    """The answers' scores stand in the form; the client sends codes only."""
    found = await record.stored(response(form, numbered(system, codes)))
    assert score(found) == expected


async def test_a_draft_is_completed_later(record: Record) -> None:
    """A draft has no score; it is computed when the form is completed."""
    part = numbered(YES_NO, ["N"] * 5)
    draft = await record.stored(response("gds-15", part, status="in-progress"))
    assert score(draft) is None
    done = await record.stored(response("gds-15", numbered(YES_NO, ["N"] * 15)))
    assert score(done) == 5


async def test_a_score_that_the_answers_do_not_give_is_refused(record: Record) -> None:
    """The refusal says both numbers; the right one is stored as sent."""
    items = numbered(YES_NO, ["N"] * 15)
    wrong = [*items, {"linkId": "score", "answer": [{"valueInteger": 9}]}]
    refused = await record.put(response("gds-15", wrong))
    assert refused.status_code == 422
    issue = refused.json()["issue"][0]
    assert "is 9, but the answers give 5" in issue["diagnostics"]
    assert issue["expression"] == ["QuestionnaireResponse.item[15].answer[0]"]
    right = [*items, {"linkId": "score", "answer": [{"valueInteger": 5}]}]
    assert score(await record.stored(response("gds-15", right))) == 5


async def test_findings_are_extracted_and_stored_once(record: Record) -> None:
    """The score becomes an Observation; sending the transaction again changes nothing in number."""
    await record.stored(response("gds-15", numbered(YES_NO, ["N"] * 15)))
    bundle = await record.get("/QuestionnaireResponse/r/$extract")
    [entry] = bundle["entry"]
    observation = entry["resource"]
    assert observation["valueInteger"] == 5
    assert observation["code"]["coding"][0]["code"] == "gds-15"
    assert observation["derivedFrom"][0]["reference"] == "QuestionnaireResponse/r"
    for _ in range(2):
        assert (await record.http.post("/", json=bundle)).status_code == 200
    found = await record.get("/Observation?patient=Patient/p&code=gds-15")
    assert found["total"] == 1


async def test_an_opinion_becomes_an_alert_and_a_request(record: Record) -> None:
    """What a professional noticed reaches the circle as a Flag and a ServiceRequest."""
    items = numbered(YES_NO, ["Y", "Y", "N", "N", "N", "N"])
    items += [
        {"linkId": "opinion", "answer": [{"valueBoolean": True}]},
        {
            "linkId": "alert",
            "item": [{"linkId": "alert-text", "answer": [{"valueString": "Chute"}]}],
        },
        {
            "linkId": "referral",
            "item": [{"linkId": "referral-text", "answer": [{"valueString": "Évaluation"}]}],
        },
    ]
    await record.stored(response("frailty", items))
    bundle = await record.get("/QuestionnaireResponse/r/$extract")
    made = {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}
    assert set(made) == {"Flag", "ServiceRequest", "Observation"}
    assert made["Flag"]["code"] == {"text": "Chute"}
    assert made["ServiceRequest"]["code"] == {"text": "Évaluation"}
    answer = await record.http.post("/", json=bundle)
    assert answer.status_code == 200, answer.text


async def test_a_draft_is_not_extracted(record: Record) -> None:
    """Nor a response to a form that nobody knows."""
    part = numbered(YES_NO, ["N"])
    await record.stored(response("gds-15", part, status="in-progress"))
    answer = await record.http.get("/QuestionnaireResponse/r/$extract")
    assert answer.status_code == 422


async def test_a_form_is_filled_with_what_is_known(record: Record) -> None:
    """By expression on the person, by the latest measurement, or by the form's own value."""
    sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
    weight = {"system": "http://loinc.org", "code": "29463-7"}
    gender = {"language": "text/fhirpath", "expression": "%patient.gender"}
    period = {"value": 30, "system": "http://unitsofmeasure.org", "code": "d"}
    form = {
        "resourceType": "Questionnaire",
        "id": "f",
        "status": "active",
        "url": "https://example.org/Questionnaire/f",
        "item": [
            {
                "linkId": "gender",
                "type": "string",
                "extension": [{"url": f"{sdc}initialExpression", "valueExpression": gender}],
            },
            {
                "linkId": "weight",
                "type": "quantity",
                "code": [weight],
                "extension": [{"url": f"{sdc}observationLinkPeriod", "valueDuration": period}],
            },
            {"linkId": "where", "type": "string", "initial": [{"valueString": "domicile"}]},
            {"linkId": "empty", "type": "string"},
        ],
    }
    await record.stored(form)
    for id, day, value in (("old", "2020-01-01", 60), ("new", "2099-01-01", 65)):
        observed: dict[str, Any] = {"resourceType": "Observation", "id": id, "status": "final"}
        observed |= {"code": {"coding": [weight]}, "subject": {"reference": "Patient/p"}}
        observed["category"] = [{"coding": [VITAL]}]
        kilo = {"value": value, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
        await record.stored(observed | {"effectiveDateTime": day, "valueQuantity": kilo})
    made = await record.get("/Questionnaire/f/$populate?subject=Patient/p")
    draft = made["parameter"][0]["resource"]
    assert made["parameter"][0]["name"] == "response"
    assert (draft["status"], draft["questionnaire"]) == ("in-progress", form["url"])
    answers = {item["linkId"]: item.get("answer") for item in draft["item"]}
    assert answers["gender"] == [{"valueString": "female"}]
    assert answers["weight"][0]["valueQuantity"]["value"] == 65
    assert answers["where"] == [{"valueString": "domicile"}]
    assert answers["empty"] is None
    assert (await record.put(draft | {"id": "draft"})).status_code == 201


async def test_a_shipped_form_is_filled_by_its_name(record: Record) -> None:
    """Nobody need store it first."""
    made = await record.get("/Questionnaire/gds-15/$populate?subject=Patient/p")
    assert made["parameter"][0]["resource"]["questionnaire"] == f"{FORMS}gds-15|1.0.0"
    named = await record.get(f"/Questionnaire/$populate?subject=Patient/p&canonical={FORMS}aggir")
    assert named["parameter"][0]["resource"]["questionnaire"].startswith(f"{FORMS}aggir")
