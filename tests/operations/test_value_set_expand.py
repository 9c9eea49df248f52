"""`$expand`: https://hl7.org/fhir/R4/valueset-operation-expand.html."""

from typing import Any

import httpx
import pytest
from fhir.resources.R4B.valueset import ValueSet

from operations.vocabulary import (
    CODE_SYSTEM,
    COLOURS,
    CONCEPT_MAP,
    MIXED,
    OTHER,
    PROFILE,
    VALUE_SET,
    WARM,
    parameters,
    refusal,
)

EXPAND = "/ValueSet/$expand"


def expanded(answer: httpx.Response) -> dict[str, Any]:
    """Give the expansion of an answer, which another library must be able to read."""
    assert answer.status_code == 200, answer.text
    made = answer.json()
    ValueSet.model_validate(made)
    expansion: dict[str, Any] = made["expansion"]
    return expansion


def codes(answer: httpx.Response) -> list[str]:
    """Give all codes of an answer, depth first."""

    def below(rows: list[dict[str, Any]]) -> list[str]:
        return [code for row in rows for code in (row["code"], *below(row.get("contains", [])))]

    return below(expanded(answer).get("contains", []))


async def test_a_stored_value_set_is_expanded_in_every_way(terms: httpx.AsyncClient) -> None:
    """By canonical, by id, as a parameter, as a bare body or by a binding: the same."""
    wrapped = parameters(valueSet=("resource", VALUE_SET))
    context = {"context": f"{PROFILE['url']}#Observation.interpretation"}
    answers = [
        await terms.get(EXPAND, params={"url": WARM}),
        await terms.get(EXPAND, params={"url": WARM, "valueSetVersion": "1.0"}),
        await terms.get(EXPAND, params={"url": f"{WARM}|1.0"}),
        await terms.get("/ValueSet/warm/$expand"),
        await terms.post("/ValueSet/warm/$expand"),
        await terms.post(EXPAND, json=parameters(url=("valueUri", WARM))),
        await terms.post(EXPAND, json=wrapped),
        await terms.post(EXPAND, json=VALUE_SET),
        await terms.get(EXPAND, params=context),
    ]
    assert [codes(answer) for answer in answers] == [["red", "crimson", "rust"]] * len(answers)


async def test_the_answer_says_what_it_is(terms: httpx.AsyncClient) -> None:
    """It carries the value set's own data, the total, what was used, and no definition unasked."""
    answer = await terms.get(EXPAND, params={"url": WARM})
    expansion = expanded(answer)
    assert (answer.json()["url"], answer.json()["version"]) == (WARM, "1.0")
    assert "compose" not in answer.json()
    assert expansion["total"] == 3
    assert expansion["identifier"].startswith("urn:uuid:")
    assert {"name": "version", "valueUri": f"{COLOURS}|2.0"} in expansion["parameter"]
    (red,) = expansion["contains"]
    assert red["system"] == COLOURS
    assert [row["code"] for row in red["contains"]] == ["crimson", "rust"]
    assert red["contains"][1]["inactive"] is True
    whole = await terms.get(EXPAND, params={"url": WARM, "includeDefinition": "true"})
    assert whole.json()["compose"] == VALUE_SET["compose"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"filter": "CRIM"}, ["crimson"]),
        ({"activeOnly": "true"}, ["red", "crimson"]),
        ({"count": "1"}, ["red"]),
        ({"count": "5", "offset": "2"}, ["rust"]),
        ({"count": "0"}, []),
        ({"excludeNested": "true"}, ["red", "crimson", "rust"]),
        ({"exclude-system": COLOURS}, []),
        ({"exclude-system": f"{COLOURS}|1.0"}, ["red", "crimson", "rust"]),
        ({"system-version": f"{COLOURS}|2.0"}, ["red", "crimson", "rust"]),
        ({"contextDirection": "outgoing"}, ["red", "crimson", "rust"]),
    ],
)
async def test_parameters_choose_members(
    asked: dict[str, str], found: list[str], terms: httpx.AsyncClient
) -> None:
    """Filter, page, activity and code systems choose; the URL and the body say it alike."""
    typed: dict[str, Any] = {
        "count": int, "offset": int, "activeOnly": bool, "excludeNested": bool
    }  # fmt: skip
    properties = {int: "valueInteger", bool: "valueBoolean", str: "valueString"}
    rows = [
        {"name": name, properties[kind := typed.get(name, str)]: kind(value)}
        for name, value in asked.items()
    ]
    rows.append({"name": "url", "valueUri": WARM})
    body = {"resourceType": "Parameters", "parameter": rows}
    assert codes(await terms.get(EXPAND, params={"url": WARM} | asked)) == found
    assert codes(await terms.post(EXPAND, json=body)) == found


async def test_pages_tell_the_total(terms: httpx.AsyncClient) -> None:
    """A page says where it begins and how many members there are in all."""
    page = expanded(await terms.get(EXPAND, params={"url": WARM, "count": "1", "offset": "1"}))
    assert (page["total"], page["offset"]) == (3, 1)


async def test_languages_and_designations(terms: httpx.AsyncClient) -> None:
    """Displays follow the language wanted; designations come when asked for, or those named."""
    french = {"url": WARM, "displayLanguage": "fr"}
    assert expanded(await terms.get(EXPAND, params=french))["contains"][0]["display"] == "Rouge"
    for asked, languages in (
        ({}, []),
        ({"includeDesignations": "true"}, ["fr", "de"]),
        ({"designation": "urn:ietf:bcp:47|de"}, ["de"]),
    ):
        found = expanded(await terms.get(EXPAND, params={"url": WARM} | asked))["contains"][0]
        assert [row["language"] for row in found.get("designation", [])] == languages


async def test_versions_of_code_systems_are_minded(terms: httpx.AsyncClient) -> None:
    """A version that is not here lists nothing; one that contradicts the value set is refused."""
    include = {"system": COLOURS, "version": "2.0", "concept": [{"code": "red"}]}
    pinned = VALUE_SET | {"compose": {"include": [include]}}

    def body(**more: Any) -> dict[str, Any]:
        return parameters(valueSet=("resource", pinned), **more)

    assert codes(await terms.post(EXPAND, json=body())) == ["red"]
    wrong = body(check_system_version=("valueCanonical", f"{COLOURS}|3.0"))
    assert "check-system-version" in refusal(await terms.post(EXPAND, json=wrong), 422)
    right = body(check_system_version=("valueCanonical", f"{COLOURS}|2.0"))
    assert codes(await terms.post(EXPAND, json=right)) == ["red"]
    forced = body(force_system_version=("valueCanonical", f"{COLOURS}|3.0"))
    (row,) = expanded(await terms.post(EXPAND, json=forced))["contains"]
    assert row["version"] == "3.0"
    absent = {"url": WARM, "system-version": f"{COLOURS}|9.9"}
    assert "known here" in refusal(await terms.get(EXPAND, params=absent), 422)


async def test_what_cannot_be_listed_is_said(terms: httpx.AsyncClient) -> None:
    """A value set on an absent code system is refused, and listed without that system."""
    assert OTHER in refusal(await terms.get(EXPAND, params={"url": MIXED}), 422)
    without = {"url": MIXED, "exclude-system": OTHER}
    assert codes(await terms.get(EXPAND, params=without)) == ["red", "crimson", "rust"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({}, 400, "url"),
        ({"url": "http://example.org/nothing"}, 404, "url"),
        ({"url": WARM, "valueSet": "x"}, 400, "valueSet"),
        ({"url": f"{WARM}|1.0", "valueSetVersion": "2.0"}, 400, "valueSetVersion"),
        ({"url": WARM, "count": "-1"}, 400, "count"),
        ({"url": WARM, "offset": "many"}, 400, "offset"),
        ({"url": WARM, "activeOnly": "yes"}, 400, "activeOnly"),
        ({"url": WARM, "date": "2020-01-01"}, 400, "date"),
        ({"url": WARM, "contextDirection": "up"}, 400, "contextDirection"),
        ({"url": WARM, "system-version": COLOURS}, 400, "system-version"),
        ({"context": "Observation.code"}, 400, "context"),
        ({"context": "http://example.org/none#Observation.code"}, 404, "context"),
        ({"context": f"{PROFILE['url']}#Observation.subject"}, 404, "context"),
    ],
)
async def test_wrong_parameters_are_named(
    asked: dict[str, str], status: int, said: str, terms: httpx.AsyncClient
) -> None:
    """Each refusal names the parameter at fault."""
    assert said in refusal(await terms.get(EXPAND, params=asked), status)


async def test_wrong_bodies_are_refused(terms: httpx.AsyncClient) -> None:
    """Other resources, nameless parameters, unknown instances, and unknown names when strict."""
    refusal(await terms.post(EXPAND, json=CODE_SYSTEM), 400)
    nameless = {"resourceType": "Parameters", "parameter": [{"valueUri": WARM}]}
    refusal(await terms.post(EXPAND, json=nameless), 400)
    refusal(await terms.get("/ValueSet/none/$expand"), 404)
    refusal(await terms.get("/ValueSet/warm/$expand", params={"url": WARM}), 400)
    typo = {"url": WARM, "filtre": "red"}
    assert codes(await terms.get(EXPAND, params=typo)) == ["red", "crimson", "rust"]
    strict = {"Prefer": "handling=strict"}
    assert "filtre" in refusal(await terms.get(EXPAND, params=typo, headers=strict), 400)


@pytest.mark.parametrize(
    ("operation", "name", "given", "place"),
    [
        (
            "/ValueSet/$expand",
            "valueSet",
            VALUE_SET | {"compose": {"include": [{"system": COLOURS, "version": ["1"]}]}},
            "ValueSet.compose.include[0].version",
        ),
        (
            "/ValueSet/$validate-code",
            "valueSet",
            VALUE_SET | {"compose": {"include": "all"}},
            "ValueSet.compose.include",
        ),
        (
            "/CodeSystem/$validate-code",
            "codeSystem",
            CODE_SYSTEM | {"concept": [{"code": "red", "display": 5}]},
            "CodeSystem.concept[0].display",
        ),
        ("/ConceptMap/$translate", "conceptMap", CONCEPT_MAP | {"group": 5}, "ConceptMap.group"),
    ],
)
async def test_misshapen_definitions_are_refused(
    operation: str, name: str, given: dict[str, Any], place: str, terms: httpx.AsyncClient
) -> None:
    """A definition that is sent along must have the shape of its type; what has not is named."""
    body = parameters(code=("valueCode", "red"), system=("valueUri", COLOURS))
    body["parameter"].append({"name": name, "resource": given})
    answer = await terms.post(operation, json=body)
    assert answer.status_code == 422
    assert place in [place for row in answer.json()["issue"] for place in row["expression"]]


async def test_what_clients_change_counts_at_once(own_terms: httpx.AsyncClient) -> None:
    """A value set that was changed or deleted is expanded as it is now."""
    blue = {"include": [{"system": COLOURS, "concept": [{"code": "blue"}]}]}
    await own_terms.put("/ValueSet/warm", json=VALUE_SET | {"compose": blue})
    assert codes(await own_terms.get(EXPAND, params={"url": WARM})) == ["blue"]
    await own_terms.delete("/ValueSet/warm")
    refusal(await own_terms.get(EXPAND, params={"url": WARM}), 404)


async def test_an_expansion_is_sent_as_xml(terms: httpx.AsyncClient) -> None:
    """An expansion is well-formed in XML too."""
    answer = await terms.get(EXPAND, params={"url": WARM, "_format": "xml"})
    assert answer.status_code == 200
    assert b'<code value="crimson"/>' in answer.content
