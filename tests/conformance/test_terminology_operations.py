"""The terminology operations on official content: that of R4 core, and national French resources.

https://hl7.org/fhir/R4/terminology-service.html
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fhir.resources.R4B.parameters import Parameters
from fhir.resources.R4B.valueset import ValueSet
from pymongo import MongoClient

from cordee.app import services
from cordee.definitions.repository import Repository
from cordee.settings import Settings
from cordee.web.application import build

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(600)]

FEWEST = 5
"""Codes of each value set that are validated."""
ODD = frozenset({"http://terminology.hl7.org/ValueSet/v2-0550"})
"""Official value sets with codes that are none: they end in a no-break space."""
EXTRACT = "fr-packages/fr.terminology.extract-0.0.1.tgz"
NOS = "https://mos.esante.gouv.fr/NOS/"
NOTES = NOS + "TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote"
NOTE_TYPES = NOS + "JDV_J23-TypeNoteCahierLiaison-CISIS/FHIR/JDV-J23-TypeNoteCahierLiaison-CISIS"


async def _serving(uri: str, data: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    name = f"test_{uuid4().hex}"
    chosen = Settings(mongodb_uri=uri, mongodb_database=name, data=data, **settings)
    async with services(chosen) as opened:
        transport = httpx.ASGITransport(build(opened), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as client:
            yield client
    with MongoClient[dict[str, object]](uri) as mongo:
        mongo.drop_database(name)


@pytest.fixture(scope="module")
async def core(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server with R4 core."""
    async for client in _serving(mongodb_uri, tmp_path_factory.mktemp("core")):
        yield client


@pytest.fixture(scope="module")
async def french(
    mongodb_uri: str, material: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server with a national package, to which the other resources were sent."""
    data = tmp_path_factory.mktemp("french")
    async for client in _serving(mongodb_uri, data, packages=[str(material / EXTRACT)]):
        for path in sorted((material / "nos").glob("[CV]*.json")):
            resource = mended(json.loads(path.read_text("utf-8")))
            answer = await client.post(f"/{resource['resourceType']}", json=resource)
            assert answer.status_code == 201, f"{path.name}: {answer.text}"
        yield client


def mended(value: Any) -> Any:
    """Leave out what the national extracts have empty or null, which FHIR does not allow."""
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {key: mended(item) for key, item in value.items() if item not in (None, "")}
    return value


def members(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give every entry of an expansion."""
    for row in rows:
        yield row
        yield from members(row.get("contains", []))


async def result(client: httpx.AsyncClient, path: str, **asked: str) -> dict[str, Any]:
    """Call an operation by GET; give name → value of its Parameters."""
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, f"{asked}: {answer.text}"
    Parameters.model_validate_json(answer.content)
    return {
        row["name"]: next(value for key, value in row.items() if key != "name")
        for row in answer.json()["parameter"]
    }


async def test_value_sets_of_core_are_expanded(core: httpx.AsyncClient) -> None:
    """Each is listed, or refused with the reason; what is listed is valid FHIR and validates."""
    urls = sorted({url for url, _ in Repository.load().canonicals("ValueSet")} - ODD)
    outcomes: Counter[int] = Counter()
    for url in urls:
        answer = await core.get("/ValueSet/$expand", params={"url": url})
        outcomes[answer.status_code] += 1
        if answer.status_code != 200:
            assert answer.status_code in {403, 422}, f"{url}: {answer.text}"
            assert answer.json()["issue"][0]["code"] in {"not-found", "too-costly"}, url
            continue
        ValueSet.model_validate_json(answer.content)
        listed = list(members(answer.json()["expansion"].get("contains", [])))
        assert len(listed) == answer.json()["expansion"]["total"], url
        for row in listed[:: max(1, len(listed) // FEWEST)]:
            asked = {"url": url, "system": row["system"], "code": row["code"]}
            found = await result(core, "/ValueSet/$validate-code", **asked)
            assert found["result"] is True, asked
    assert outcomes[200] >= 0.85 * sum(outcomes.values()), outcomes


async def test_codes_of_core_are_looked_up(core: httpx.AsyncClient) -> None:
    """A code system's first concept is told with its display, and another code is refused."""
    seen = set()
    for resource in Repository.load().all("CodeSystem"):
        url, concepts = resource["url"], resource.get("concept")
        if not concepts or resource["content"] != "complete":
            continue
        if "|" in url:  # one official url carries a version, which no url can
            continue
        seen.add(url)
        first = concepts[0]
        asked = {"system": url, "code": first["code"]}
        asked |= {"version": resource["version"]} if "version" in resource else {}
        found = await result(core, "/CodeSystem/$lookup", **asked)
        assert found["display"] == first.get("display", first["code"])
        wrong = await result(core, "/CodeSystem/$validate-code", url=url, code="no such code")
        assert wrong["result"] is False
    assert len(seen) > 200


async def test_maps_of_core_are_followed(core: httpx.AsyncClient) -> None:
    """Every code of every concept map is translated to exactly what the map says of it."""
    for concept_map in Repository.load().all("ConceptMap"):
        for group in concept_map.get("group", ()):
            for element in group["element"]:
                if "code" not in element or "source" not in group:
                    continue  # some official rows say less than a translation needs
                asked = {"url": concept_map["url"], "system": group["source"]}
                answer = await core.get(
                    "/ConceptMap/$translate", params=asked | {"code": element["code"]}
                )
                assert answer.status_code == 200, answer.text
                matches = [row for row in answer.json()["parameter"] if row["name"] == "match"]
                expected = {_target(row) for row in element.get("target", ())}
                assert expected <= {_match(row["part"]) for row in matches}, asked


def _target(row: dict[str, Any]) -> tuple[str, str | None]:
    return row.get("equivalence", "relatedto"), row.get("code")


def _match(parts: list[dict[str, Any]]) -> tuple[str, str | None]:
    by_name = {part["name"]: part for part in parts}
    coding = by_name.get("concept", {}).get("valueCoding", {})
    return by_name["equivalence"]["valueCode"], coding.get("code")


async def test_french_value_sets_are_expanded(french: httpx.AsyncClient, material: Path) -> None:
    """National value sets that were posted list the codes they name, with their French texts."""
    listed = 0
    for path in sorted((material / "nos").glob("ValueSet-*.json")):
        resource = json.loads(path.read_text("utf-8"))
        answer = await french.get("/ValueSet/$expand", params={"url": resource["url"]})
        if answer.status_code != 200:
            assert answer.json()["issue"][0]["code"] == "not-found", answer.text
            continue
        listed += 1
        found = {
            (row["system"], row["code"]) for row in members(answer.json()["expansion"]["contains"])
        }
        named = {
            (row["system"], part["code"])
            for row in resource["compose"]["include"]
            for part in row.get("concept", ())
        }
        assert named <= found, resource["url"]
    assert listed >= 40


async def test_french_codes_by_url_and_oid(french: httpx.AsyncClient) -> None:
    """A type of liaison note is good under the canonical and under the OID of its system."""
    for system in (NOTES, "urn:oid:1.2.250.1.213.1.1.4.334"):
        asked = {"url": NOTE_TYPES, "system": system}
        good = await result(french, "/ValueSet/$validate-code", **asked, code="OBS")
        assert good["result"] is True
        bad = await result(french, "/ValueSet/$validate-code", **asked, code="NOTHING")
        assert bad["result"] is False
    expanded = await french.get(
        "/ValueSet/$expand", params={"url": NOTE_TYPES, "filter": "generale"}
    )
    (row,) = expanded.json()["expansion"]["contains"]
    assert row["display"] == "Note générale"
