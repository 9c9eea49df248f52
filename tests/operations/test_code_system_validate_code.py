"""`$validate-code` on CodeSystem: https://hl7.org/fhir/R4/codesystem-operation-validate-code.html."""

import httpx
import pytest
from fhir.resources.R4B.parameters import Parameters

from operations.vocabulary import CODE_SYSTEM, COLOURS, OTHER, parameters, read, refusal

VALIDATE = "/CodeSystem/$validate-code"


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        ({"url": COLOURS, "code": "red"}, True),
        ({"url": COLOURS, "code": "red", "version": "2.0"}, True),
        ({"url": f"{COLOURS}|2.0", "code": "red"}, True),
        ({"url": COLOURS, "code": "red", "display": "Blue"}, False),
        ({"url": COLOURS, "code": "green"}, False),
        ({"url": COLOURS, "code": "any"}, True),
        ({"url": COLOURS, "code": "any", "abstract": "false"}, False),
        ({"url": "http://unitsofmeasure.org", "code": "mg/dL"}, True),
        ({"url": "http://hl7.org/fhir/administrative-gender", "code": "female"}, True),
    ],
)
async def test_codes_are_checked(
    asked: dict[str, str], result: bool, terms: httpx.AsyncClient
) -> None:
    """Codes of stored, official and grammatical systems are checked."""
    answer = await terms.get(VALIDATE, params=asked)
    Parameters.model_validate(answer.json())
    assert read(answer)["result"] is result


async def test_a_code_system_is_named_in_every_way(terms: httpx.AsyncClient) -> None:
    """By url, by id, in the request, or by the coding itself; another system's coding is bad."""
    green = CODE_SYSTEM | {"version": "3", "concept": [{"code": "green"}]}
    own = {"system": COLOURS, "code": "red"}
    coding = parameters(coding=("valueCoding", own))
    concept = parameters(codeableConcept=("valueCodeableConcept", {"coding": [own]}))
    given = parameters(codeSystem=("resource", green), code=("valueCode", "green"))
    for answer in (
        await terms.post(VALIDATE, json=coding),
        await terms.post(VALIDATE, json=concept),
        await terms.get("/CodeSystem/colours/$validate-code?code=red"),
        await terms.post("/CodeSystem/colours/$validate-code", json=coding),
        await terms.post(VALIDATE, json=given),
        await terms.post(VALIDATE, json=green, params={"code": "green"}),
    ):
        assert read(answer)["result"] is True
    foreign = parameters(url=("valueUri", OTHER), coding=("valueCoding", own))
    assert OTHER in read(await terms.post(VALIDATE, json=foreign))["message"]
    red = parameters(codeSystem=("resource", green), code=("valueCode", "red"))
    assert read(await terms.post(VALIDATE, json=red))["result"] is False


async def test_not_known_is_no_false(terms: httpx.AsyncClient) -> None:
    """An unknown system, and what another version than the wanted one lacks, are not "false"."""
    for asked in (
        {"url": OTHER, "code": "P1"},
        {"url": COLOURS, "version": "9", "code": "green"},
    ):
        assert "known here" in refusal(await terms.get(VALIDATE, params=asked), 422)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"url": COLOURS}, "code"),
        ({"code": "red"}, "url"),
        ({"url": COLOURS, "code": "red", "abstract": "x"}, "abstract"),
    ],
)
async def test_wrong_parameters_are_named(
    asked: dict[str, str], said: str, terms: httpx.AsyncClient
) -> None:
    """Each refusal names the parameter at fault."""
    assert said in refusal(await terms.get(VALIDATE, params=asked), 400)
