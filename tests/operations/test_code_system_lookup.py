"""`$lookup`: https://hl7.org/fhir/R4/codesystem-operation-lookup.html."""

import httpx
import pytest
from fhir.resources.R4B.parameters import Parameters

from operations.vocabulary import COLOURS, parameters, read, refusal

LOOKUP = "/CodeSystem/$lookup"
RED = {"system": COLOURS, "code": "red"}


async def test_everything_known_is_told(terms: httpx.AsyncClient) -> None:
    """Name, version, display, designations and properties of a code, its place included."""
    answer = await terms.get(LOOKUP, params=RED)
    Parameters.model_validate(answer.json())
    found = read(answer)
    assert (found["name"], found["version"], found["display"]) == ("All colours", "2.0", "Red")
    assert {"language": "fr", "value": "Rouge"} in found["designation"]
    properties = [(row["code"], row["value"]) for row in found["property"]]
    assert properties == [
        ("definition", "Like blood"),
        ("wave", 700),
        ("parent", "any"),
        ("child", "crimson"),
        ("child", "rust"),
    ]
    coding = parameters(coding=("valueCoding", RED))
    assert read(await terms.post(LOOKUP, json=coding)) == found


@pytest.mark.parametrize(
    ("wanted", "properties", "languages"),
    [
        (["wave"], ["wave"], []),
        (["parent", "definition"], ["definition", "parent"], []),
        (["designation"], [], ["fr", "de"]),
        (["lang.de"], [], ["de"]),
    ],
)
async def test_properties_are_chosen(
    wanted: list[str], properties: list[str], languages: list[str], terms: httpx.AsyncClient
) -> None:
    """Only the properties named are given; designations count as one, or one a language."""
    found = read(await terms.get(LOOKUP, params=RED | {"property": wanted}))
    assert [row["code"] for row in found.get("property", [])] == properties
    assert [row["language"] for row in found.get("designation", [])] == languages


async def test_displays_follow_the_language(terms: httpx.AsyncClient) -> None:
    """The display is in the language wanted; a retired code says so."""
    found = read(await terms.get(LOOKUP, params=RED | {"displayLanguage": "fr-FR"}))
    assert found["display"] == "Rouge"
    rust = read(await terms.get(LOOKUP, params=RED | {"code": "rust"}))
    assert {"code": "inactive", "value": True} in rust["property"]


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"code": "red"}, 400, "system"),
        ({"system": COLOURS}, 400, "code"),
        (RED | {"coding": "x"}, 400, "coding"),
        (RED | {"date": "2020-01-01"}, 400, "date"),
        (RED | {"code": "green"}, 404, "green"),
        ({"system": "http://example.org/none", "code": "a"}, 404, "http://example.org/none"),
    ],
)
async def test_wrong_calls_are_refused(
    asked: dict[str, str], status: int, said: str, terms: httpx.AsyncClient
) -> None:
    """Each refusal names what is at fault."""
    assert said in refusal(await terms.get(LOOKUP, params=asked), status)
