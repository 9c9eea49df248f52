"""Operations and writes beside a terminology server elsewhere."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from conftest import OpenClient
from operations.vocabulary import parameters, read, refusal
from terminology.elsewhere import CODES, SYSTEM, VALUE_SET, Elsewhere, running

PAINTED = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": SYSTEM, "code": "P9"}]},
}


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """The other server."""
    with running() as server:
        yield server


@pytest.fixture
async def client(open_client: OpenClient, elsewhere: Elsewhere) -> httpx.AsyncClient:
    """A client of a server that may ask the other one."""
    return await open_client(terminology_url=elsewhere.url, terminology_timeout=0.5)


async def test_operations_ask_what_is_not_known_here(
    client: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    """Codes and value sets of other systems are answered for; what is known here is not asked."""
    asked = {"url": VALUE_SET, "system": SYSTEM, "code": "P1"}
    found = read(await client.get("/ValueSet/$validate-code", params=asked))
    assert (found["result"], found["display"]) == (True, "Cadmium red")
    wrong = asked | {"display": "Ultramarine"}
    assert read(await client.get("/ValueSet/$validate-code", params=wrong))["result"] is False
    asked = {"url": SYSTEM, "code": "P9"}
    assert read(await client.get("/CodeSystem/$validate-code", params=asked))["result"] is False
    compose = {"include": [{"system": SYSTEM}]}
    own = {"resourceType": "ValueSet", "status": "active", "compose": compose}
    coding = {"system": SYSTEM, "code": "P2"}
    body = parameters(valueSet=("resource", own), coding=("valueCoding", coding))
    assert read(await client.post("/ValueSet/$validate-code", json=body))["result"] is True
    for answer in (
        await client.get("/ValueSet/$expand", params={"url": VALUE_SET}),
        await client.post("/ValueSet/$expand", json=own),
    ):
        assert [row["code"] for row in answer.json()["expansion"]["contains"]] == list(CODES)
    before = len(elsewhere.asked)
    gender = "http://hl7.org/fhir/ValueSet/administrative-gender"
    assert (await client.get("/ValueSet/$expand", params={"url": gender})).status_code == 200
    assert len(elsewhere.asked) == before


async def test_questions_about_concepts_are_passed_on(
    client: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    """$lookup, $subsumes and $translate ask once what is not known here, and only that."""
    asked = {"system": SYSTEM, "code": "P1", "displayLanguage": "fr"}
    for _ in range(2):
        assert read(await client.get("/CodeSystem/$lookup", params=asked))["display"] == CODES["P1"]
    pair = {"system": SYSTEM, "codeA": "P1", "codeB": "P2"}
    found = read(await client.get("/CodeSystem/$subsumes", params=pair))
    assert found["outcome"] == "not-subsumed"
    for url in ({"url": "http://elsewhere.example/map"}, {}):
        asked = {"system": SYSTEM, "code": "P1", "source": VALUE_SET, "target": VALUE_SET} | url
        found = read(await client.get("/ConceptMap/$translate", params=asked))
        assert found["message"] == f"as {url.get('url')} says"
    assert [path for path, _ in elsewhere.asked] == [
        "/CodeSystem/$lookup",
        "/CodeSystem/$subsumes",
        "/ConceptMap/$translate",
        "/ConceptMap/$translate",
    ]
    own = {"system": "http://hl7.org/fhir/administrative-gender", "code": "m"}
    refusal(await client.get("/CodeSystem/$lookup", params=own), 404)
    assert len(elsewhere.asked) == 4
    other = {"system": "http://nowhere.example", "code": "m"}
    refusal(await client.get("/CodeSystem/$lookup", params=other), 404)
    assert len(elsewhere.asked) == 5


async def test_its_failure_is_not_ours(client: httpx.AsyncClient, elsewhere: Elsewhere) -> None:
    """While it fails, what is not known here is refused as such."""
    elsewhere.mode = "broken"
    asked = {"url": SYSTEM, "code": "P1"}
    assert "known" in refusal(await client.get("/CodeSystem/$validate-code", params=asked), 422)
    refusal(await client.get("/ValueSet/$expand", params={"url": VALUE_SET}), 404)
    concept = {"system": SYSTEM, "code": "P1"}
    refusal(await client.get("/CodeSystem/$lookup", params=concept), 404)
    told = read(await client.get("/ConceptMap/$translate", params=concept | {"target": VALUE_SET}))
    assert told["result"] is False


async def test_validation_is_informed(client: httpx.AsyncClient) -> None:
    """`$validate` waits for the other server's word on unknown codes."""
    outcome = (await client.post("/Observation/$validate", json=PAINTED)).json()
    assert "P9" in " ".join(issue["diagnostics"] for issue in outcome["issue"])
    assert outcome["issue"][0]["severity"] == "error"


async def test_writes_never_wait(open_client: OpenClient, elsewhere: Elsewhere) -> None:
    """A write goes by what is known at once: a bad code is stored until it is known to be bad."""
    client = await open_client(terminology_url=elsewhere.url, terminology_timeout=60)
    elsewhere.mode = "held"
    assert (await client.post("/Observation", json=PAINTED)).status_code == 201
    assert elsewhere.answered == 0
    elsewhere.released.set()
    async with asyncio.timeout(20):
        while (await client.post("/Observation", json=PAINTED)).status_code != 422:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert elsewhere.answered > 0
