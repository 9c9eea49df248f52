"""`$translate`: https://hl7.org/fhir/R4/conceptmap-operation-translate.html."""

from typing import Any

import httpx
import pytest
from fhir.resources.R4B.parameters import Parameters

from operations.vocabulary import BASE, COLOURS, CONCEPT_MAP, OTHER, WARM, parameters, read, refusal

TRANSLATE = "/ConceptMap/$translate"
RED = {"system": COLOURS, "code": "red"}
PAINTS = BASE + "ValueSet/paints"
MATCH = {
    "equivalence": "narrower",
    "concept": {"system": OTHER, "code": "P1", "display": "Cadmium red"},
    "product": [{"element": "http://example.org/p", "concept": {"system": OTHER, "code": "X"}}],
    "source": CONCEPT_MAP["url"],
}


async def test_a_map_is_named_in_every_way(terms: httpx.AsyncClient) -> None:
    """By canonical, by id, in the request, or by what it goes from and to."""
    coding = ("valueCoding", RED)
    for answer in (
        await terms.get(TRANSLATE, params=RED | {"url": CONCEPT_MAP["url"]}),
        await terms.get("/ConceptMap/paints/$translate", params=RED),
        await terms.get(TRANSLATE, params=RED | {"source": WARM, "target": PAINTS}),
        await terms.get(TRANSLATE, params=RED | {"targetsystem": OTHER}),
        await terms.post(TRANSLATE, json=CONCEPT_MAP, params=RED),
        await terms.post(
            TRANSLATE, json=parameters(coding=coding, conceptMap=("resource", CONCEPT_MAP))
        ),
    ):
        assert read(answer) == {"result": True, "match": [MATCH]}
        Parameters.model_validate(answer.json())


async def test_maps_are_followed_backwards(terms: httpx.AsyncClient) -> None:
    """In reverse, source and target change places and so do narrower and wider."""
    asked = {"system": OTHER, "code": "P1", "source": PAINTS, "target": WARM, "reverse": "true"}
    found = read(await terms.get(TRANSLATE, params=asked))
    (match,) = found["match"]
    assert match["concept"] == {"system": COLOURS, "code": "red"}
    assert match["equivalence"] == "wider"


async def test_no_match_is_an_answer(terms: httpx.AsyncClient) -> None:
    """An unmatched code, an unlisted one and an absent map give false, and say why."""
    unmatched = read(await terms.get(TRANSLATE, params=RED | {"code": "blue"}))
    assert unmatched["result"] is False
    assert unmatched["match"] == [{"equivalence": "unmatched", "source": CONCEPT_MAP["url"]}]
    for asked in ({"code": "crimson"}, {"source": PAINTS}):
        found = read(await terms.get(TRANSLATE, params=RED | asked))
        assert found["result"] is False
        assert found["message"]


async def test_every_coding_of_a_concept_is_tried(terms: httpx.AsyncClient) -> None:
    """A concept is translated when one of its codings is."""
    codings = [{"system": COLOURS, "code": "crimson"}, RED]
    body = parameters(codeableConcept=("valueCodeableConcept", {"coding": codings}))
    assert read(await terms.post(TRANSLATE, json=body)) == {"result": True, "match": [MATCH]}


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({}, 400, "code, coding, codeableConcept"),
        ({"code": "red"}, 400, "system"),
        (RED | {"url": "http://example.org/none"}, 404, "http://example.org/none"),
        (RED | {"reverse": "back"}, 400, "reverse"),
    ],
)
async def test_wrong_calls_are_refused(
    asked: dict[str, str], status: int, said: str, terms: httpx.AsyncClient
) -> None:
    """Each refusal names what is at fault."""
    assert said in refusal(await terms.get(TRANSLATE, params=asked), status)


async def test_dependencies_are_not_followed(terms: httpx.AsyncClient) -> None:
    """A dependency would change the answer: it is refused, never passed over."""
    part = [{"name": "element", "valueUri": "http://example.org/p"}]
    body: dict[str, Any] = parameters(coding=("valueCoding", RED), dependency=("part", [part]))
    assert "dependency" in refusal(await terms.post(TRANSLATE, json=body), 400)
