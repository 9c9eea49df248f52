"""`$validate-code` on ValueSet: https://hl7.org/fhir/R4/valueset-operation-validate-code.html."""

from typing import Any

import httpx
import pytest
from fhir.resources.R4B.parameters import Parameters

from operations.vocabulary import (
    COLOURS,
    MIXED,
    OTHER,
    PROFILE,
    VALUE_SET,
    WARM,
    parameters,
    read,
    refusal,
)

VALIDATE = "/ValueSet/$validate-code"
RED = {"system": COLOURS, "code": "red"}
BLUE = {"system": COLOURS, "code": "blue"}
PAINT = {"system": OTHER, "code": "P1"}


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        ({"system": COLOURS, "code": "red"}, True),
        ({"system": COLOURS, "code": "red", "systemVersion": "2.0"}, True),
        ({"system": COLOURS, "code": "red", "display": "red"}, True),
        ({"system": COLOURS, "code": "red", "display": "Rouge"}, True),
        ({"system": COLOURS, "code": "red", "display": "Blue"}, False),
        ({"system": COLOURS, "code": "red", "display": "x", "lenient-display-validation": "true"},
         True),
        ({"system": COLOURS, "code": "blue"}, False),
        ({"system": COLOURS, "code": "Red"}, False),
        ({"system": OTHER, "code": "red"}, False),
        ({"code": "crimson", "inferSystem": "true"}, True),
        ({"code": "blue", "inferSystem": "true"}, False),
    ],
)  # fmt: skip
async def test_codes_are_checked(
    asked: dict[str, str], result: bool, terms: httpx.AsyncClient
) -> None:
    """System, code, version and display are checked; a system is inferred on demand."""
    answer = await terms.get(VALIDATE, params={"url": WARM} | asked)
    found = read(answer)
    Parameters.model_validate(answer.json())
    assert found["result"] is result
    assert ("message" in found) is (not result or asked.get("display") == "x")


async def test_the_answer_tells_what_is_known(terms: httpx.AsyncClient) -> None:
    """The display, in the language wanted, and the version of the code system come along."""
    asked = {"url": WARM, "system": COLOURS, "code": "red", "displayLanguage": "fr"}
    found = read(await terms.get(VALIDATE, params=asked))
    assert (found["display"], found["version"], found["system"]) == ("Rouge", "2.0", COLOURS)
    retired = read(await terms.get(VALIDATE, params=asked | {"code": "rust"}))
    assert retired["inactive"] is True


@pytest.mark.parametrize(
    ("codings", "result"),
    [([RED], True), ([BLUE, RED], True), ([BLUE], False), ([], False), ([PAINT, RED], True)],
)
async def test_one_good_coding_is_enough(
    codings: list[dict[str, str]], result: bool, terms: httpx.AsyncClient
) -> None:
    """A concept is good when one of its codings is."""
    body = parameters(
        url=("valueUri", WARM), codeableConcept=("valueCodeableConcept", {"coding": codings})
    )
    assert read(await terms.post(VALIDATE, json=body))["result"] is result


async def test_a_value_set_is_named_in_every_way(terms: httpx.AsyncClient) -> None:
    """By canonical, by id, in the request, or by an element bound to it."""
    coding = ("valueCoding", RED)
    given = parameters(valueSet=("resource", VALUE_SET), coding=coding)
    bound = {"context": f"{PROFILE['url']}#Observation.interpretation", "code": "red"}
    for answer in (
        await terms.post(VALIDATE, json=parameters(url=("valueUri", WARM), coding=coding)),
        await terms.post("/ValueSet/warm/$validate-code", json=parameters(coding=coding)),
        await terms.post(VALIDATE, json=given),
        await terms.get(VALIDATE, params=bound),
    ):
        assert read(answer)["result"] is True


async def test_groups_are_good_unless_refused(terms: httpx.AsyncClient) -> None:
    """A code that only groups others is bad when `abstract` is false."""
    everything = VALUE_SET | {"compose": {"include": [{"system": COLOURS}]}}
    for abstract in (True, False):
        body = parameters(
            valueSet=("resource", everything),
            coding=("valueCoding", {"system": COLOURS, "code": "any"}),
            abstract=("valueBoolean", abstract),
        )
        assert read(await terms.post(VALIDATE, json=body))["result"] is abstract


async def test_not_known_is_no_false(terms: httpx.AsyncClient) -> None:
    """Where the code system is not here the answer is an OperationOutcome, and never "false"."""
    asked = {"url": MIXED, "system": OTHER, "code": "P1"}
    assert "known here" in refusal(await terms.get(VALIDATE, params=asked), 422)


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"url": WARM}, 400, "code, coding, codeableConcept"),
        ({"url": WARM, "code": ""}, 400, "code"),
        ({"url": WARM, "code": "red"}, 400, "system"),
        ({"url": WARM, "coding": "red"}, 400, "coding"),
        ({"system": COLOURS, "code": "red"}, 400, "url"),
        ({"url": "http://example.org/no", "system": COLOURS, "code": "red"}, 404, "url"),
        ({"url": WARM, "system": COLOURS, "code": "red", "date": "2020"}, 400, "date"),
    ],
)
async def test_wrong_parameters_are_named(
    asked: dict[str, str], status: int, said: str, terms: httpx.AsyncClient
) -> None:
    """Each refusal names the parameter at fault."""
    assert said in refusal(await terms.get(VALIDATE, params=asked), status)


@pytest.mark.parametrize(
    ("name", "property", "value"),
    [
        ("coding", "valueCoding", {"system": COLOURS, "code": 3}),
        ("coding", "valueString", "red"),
        ("codeableConcept", "valueCodeableConcept", {"coding": "red"}),
        ("codeableConcept", "valueCodeableConcept", {"coding": ["red"]}),
    ],
)
async def test_misshapen_codings_are_refused(
    name: str, property: str, value: Any, terms: httpx.AsyncClient
) -> None:
    """What is not a Coding is refused by name."""
    body = parameters(url=("valueUri", WARM), **{name: (property, value)})
    assert name in refusal(await terms.post(VALIDATE, json=body), 400)
