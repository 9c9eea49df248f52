"""Definitions written by clients are in force at once."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Category
from cordee.interactions.candidate import Candidate
from cordee.interactions.conformance import follow, load
from cordee.interactions.create import first
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.search.registry import SearchRegistry
from cordee.search.values import Extraction
from cordee.validation.validator import Validator
from interactions.conftest import BASE, Client, Refusal, content, entry, found_ids, patient

PARAMETER: dict[str, Any] = {
    "resourceType": "SearchParameter",
    "id": "nick",
    "url": "https://example.org/SearchParameter/nick",
    "name": "Nick",
    "status": "active",
    "description": "The nickname",
    "code": "nick",
    "base": ["Patient"],
    "type": "string",
    "expression": "Patient.name.where(use = 'nickname').given",
}
PROFILE: dict[str, Any] = {
    "resourceType": "StructureDefinition",
    "url": "https://example.org/StructureDefinition/contactable",
    "name": "Contactable",
    "status": "active",
    "kind": "resource",
    "abstract": False,
    "type": "Patient",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Patient", "path": "Patient"},
            {"id": "Patient.telecom", "path": "Patient.telecom", "min": 1},
        ]
    },
}


def nicknamed(**more: Any) -> dict[str, Any]:
    """A patient with a nickname."""
    return patient(**more) | {"name": [{"use": "nickname", "given": ["Nono"]}]}


@pytest.fixture
def repository() -> Repository:
    """Definitions of their own, since these tests change them."""
    return Repository.load()


@pytest.fixture
def validator(repository: Repository) -> Validator:
    """A validator on those definitions."""
    return Validator(repository)


@pytest.mark.parametrize("way", ["create", "update", "transaction"])
async def test_a_search_parameter_written_is_used(client: Client, way: str) -> None:
    """What is written after a SearchParameter is found by it, and not after its deletion."""
    if way == "create":
        id = (await client.create(PARAMETER)).id
    elif way == "update":
        id = (await client.update("SearchParameter/nick", PARAMETER)).id
    else:
        await client.transaction(entry("PUT", "SearchParameter/nick", PARAMETER))
        id = "nick"
    made = await client.create(nicknamed())
    assert found_ids(await client.search("Patient?nick=nono")) == [f"Patient/{made.id}"]
    if way == "transaction":
        await client.transaction(entry("DELETE", f"SearchParameter/{id}"))
    else:
        await client.delete(f"SearchParameter/{id}")
    found = await client.search("Patient?nick=nono")
    assert "nick" in content_of_outcome(found)


async def test_a_change_replaces_the_definition(client: Client) -> None:
    """The newest version of a definition counts."""
    await client.update("SearchParameter/nick", PARAMETER)
    await client.update("SearchParameter/nick", PARAMETER | {"code": "pet-name"})
    assert client.services.registry.parameter("Patient", "nick") is None
    assert client.services.registry.parameter("Patient", "pet-name") is not None


async def test_the_specification_is_not_overwritten(client: Client) -> None:
    """A resource under a canonical of the specification is stored and has no effect."""
    family = "http://hl7.org/fhir/SearchParameter/individual-family"
    revision = client.services.repository.revision
    answer = await client.create(PARAMETER | {"url": family, "code": "family"})
    assert content(answer)["url"] == family
    assert client.services.repository.revision == revision


async def test_codes_of_the_specification_stay(client: Client) -> None:
    """A parameter under a code that the specification has on that type is stored without effect."""
    before = client.services.registry.parameter("Patient", "name")
    await client.create(PARAMETER | {"code": "name"})
    await client.create(PARAMETER | {"code": "_id", "url": PARAMETER["url"] + "-id"})
    assert client.services.registry.parameter("Patient", "name") == before
    await client.create(PARAMETER | {"url": PARAMETER["url"] + "-2"})
    assert client.services.registry.parameter("Patient", "nick") is not None


NOTHING = [{"extension": [{"url": "https://example.org/why", "valueString": "none"}]}]


@pytest.mark.parametrize(
    "change",
    [
        {"expression": "Patient.name.("},
        {"expression": "Patient.nickname"},
        {"base": ["Patent"]},
        {"base": [None], "_base": NOTHING},
    ],
)
async def test_unusable_parameters_are_refused(client: Client, change: dict[str, Any]) -> None:
    """A SearchParameter that could never be used is refused when it is written."""
    with Refusal() as refused:
        await client.create(PARAMETER | change)
    assert refused.category is Category.UNPROCESSABLE
    assert client.services.registry.parameter("Patient", "nick") is None


async def test_unusable_profiles_are_refused(client: Client) -> None:
    """A StructureDefinition of which no snapshot can be made is refused when it is written."""
    wrong = {"id": "Patient.nickname", "path": "Patient.nickname", "min": 1}
    with Refusal() as refused:
        await client.create(PROFILE | {"differential": {"element": [wrong]}})
    assert refused.category is Category.UNPROCESSABLE
    await client.create(PROFILE)
    assert not client.services.validator.validate(patient(), [PROFILE["url"]]).ok


async def test_terminology_written_is_used(client: Client) -> None:
    """Code systems, value sets and naming systems answer as soon as they are stored."""
    terminology = client.services.terminology
    url = "https://example.org/colours"
    await client.create(
        {
            "resourceType": "CodeSystem",
            "url": url,
            "status": "active",
            "content": "complete",
            "concept": [{"code": "red"}],
        }
    )
    assert terminology.validate_code("red", system=url).result is True
    assert terminology.validate_code("green", system=url).result is False
    unique = [{"type": "oid", "value": "1.2.3.4.5"}, {"type": "uri", "value": url}]
    naming = {"resourceType": "NamingSystem", "name": "Colours", "status": "active"}
    naming |= {"kind": "codesystem", "date": "2026-11-22"}
    made = await client.create(naming | {"uniqueId": unique})
    assert terminology.validate_code("red", system="urn:oid:1.2.3.4.5").result is True
    await client.delete(f"NamingSystem/{made.id}")
    assert terminology.validate_code("red", system="urn:oid:1.2.3.4.5").result is None


async def test_a_stored_definition_of_another_release_stops_nothing(client: Client) -> None:
    """What an earlier release let in and this one cannot read is passed over at start-up."""
    broken = PARAMETER | {"id": "broken", "base": [None], "url": PARAMETER["url"] + "-broken"}
    made = Candidate("SearchParameter", "broken", broken, Extraction({}))
    version = first(client.services, Request(BASE), made)
    await client.services.store.create(version, Extraction({}))
    await client.update("SearchParameter/nick", PARAMETER)
    other = _another(client.services)
    await load(other, "SearchParameter")
    assert other.registry.parameter("Patient", "nick") is not None


async def test_a_server_takes_in_what_others_wrote(client: Client) -> None:
    """At start-up, and while it runs, a server follows the definitions in its database."""
    await client.update("SearchParameter/nick", PARAMETER)
    other = _another(client.services)
    await load(other, "SearchParameter")
    assert other.registry.parameter("Patient", "nick") is not None
    following = asyncio.create_task(follow(other, interval=0.01))
    await client.update("SearchParameter/nick", PARAMETER | {"code": "pet-name"})
    async with asyncio.timeout(10):
        while other.registry.parameter("Patient", "pet-name") is None:  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.01)
    await client.delete("SearchParameter/nick")
    async with asyncio.timeout(10):
        while other.registry.parameter("Patient", "pet-name") is not None:  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.01)
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following


def _another(services: Services) -> Services:
    repository = Repository.load()
    return replace(services, repository=repository, registry=SearchRegistry(repository))


def content_of_outcome(found: dict[str, Any]) -> str:
    """What a searchset's outcome says."""
    text: str = found["entry"][-1]["resource"]["issue"][0]["diagnostics"]
    return text
