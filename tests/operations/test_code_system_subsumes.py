"""`$subsumes`: https://hl7.org/fhir/R4/codesystem-operation-subsumes.html."""

from typing import Any

import httpx
import pytest
from fhir.resources.R4B.parameters import Parameters

from operations.vocabulary import COLOURS, OTHER, parameters, read, refusal

SUBSUMES = "/CodeSystem/$subsumes"


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("red", "red", "equivalent"),
        ("any", "crimson", "subsumes"),
        ("crimson", "red", "subsumed-by"),
        ("red", "blue", "not-subsumed"),
    ],
)
async def test_codes_are_compared(
    first: str, second: str, outcome: str, terms: httpx.AsyncClient
) -> None:
    """By codes or codings, on the type or on one code system."""
    codes = {"codeA": first, "codeB": second}
    codings = parameters(
        codingA=("valueCoding", {"system": COLOURS, "code": first}),
        codingB=("valueCoding", {"system": COLOURS, "code": second}),
    )
    for answer in (
        await terms.get(SUBSUMES, params=codes | {"system": COLOURS}),
        await terms.get(SUBSUMES, params=codes | {"system": COLOURS, "version": "2.0"}),
        await terms.post(SUBSUMES, json=codings),
        await terms.get("/CodeSystem/colours/$subsumes", params=codes),
        await terms.post("/CodeSystem/colours/$subsumes", json=codings),
    ):
        assert read(answer) == {"outcome": outcome}
        Parameters.model_validate(answer.json())


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"codeA": "red", "codeB": "blue"}, 400, "system"),
        ({"codeA": "red", "system": COLOURS}, 400, "codeB"),
        ({"codeA": "red", "codeB": "green", "system": COLOURS}, 404, "codeB"),
        ({"codeA": "a", "codeB": "b", "system": OTHER}, 422, "known here"),
        ({"codeA": "a", "codingA": "x", "codeB": "b", "system": OTHER}, 400, "codingA"),
    ],
)
async def test_wrong_calls_are_refused(
    asked: dict[str, str], status: int, said: str, terms: httpx.AsyncClient
) -> None:
    """Each refusal names what is at fault; an unknown system gives no verdict."""
    assert said in refusal(await terms.get(SUBSUMES, params=asked), status)


async def test_two_systems_are_not_compared(terms: httpx.AsyncClient) -> None:
    """Codings of two systems are refused, and a system that is not the instance's."""
    mixed: dict[str, Any] = parameters(
        codingA=("valueCoding", {"system": COLOURS, "code": "red"}),
        codingB=("valueCoding", {"system": OTHER, "code": "P1"}),
    )
    assert OTHER in refusal(await terms.post(SUBSUMES, json=mixed), 400)
    asked = {"codeA": "red", "codeB": "blue", "system": OTHER}
    refusal(await terms.get("/CodeSystem/colours/$subsumes", params=asked), 400)
