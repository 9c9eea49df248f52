"""https://hl7.org/fhir/R4/http.html#capabilities."""

from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.terminologycapabilities import TerminologyCapabilities

from cordee.errors import Category
from cordee.interactions.capabilities import capabilities
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import OperationEntry, Services
from cordee.resource import json
from interactions.conftest import BASE, Refusal, content


async def _statement(services: Services, mode: str = "full") -> dict[str, Any]:
    request = Request(BASE, query=(("mode", mode),))
    return content(await capabilities(services, request))


async def test_every_type_is_described(services: Services) -> None:
    """All 148 types with their interactions, parameters and includes."""
    rest = (await _statement(services))["rest"][0]
    by_type = {row["type"]: row for row in rest["resource"]}
    assert len(by_type) == len(services.repository.resource_types)
    patient = by_type["Patient"]
    codes = [row["code"] for row in patient["interaction"]]
    assert {"read", "vread", "create", "update", "patch", "delete", "search-type"} <= set(codes)
    names = {row["name"]: row for row in patient["searchParam"]}
    assert names["family"]["type"] == "string"
    assert names["family"]["definition"].startswith("http://hl7.org/fhir/SearchParameter/")
    assert names["family"]["documentation"]
    assert len(names) == len(patient["searchParam"])
    assert "Patient:general-practitioner" in patient["searchInclude"]
    assert "Observation:subject" in patient["searchRevInclude"]
    assert patient["conditionalDelete"] == "single"
    assert [row["code"] for row in rest["interaction"]] == [
        "transaction",
        "batch",
        "search-system",
        "history-system",
    ]
    assert "http://hl7.org/fhir/CompartmentDefinition/patient" in rest["compartment"]


@pytest.mark.parametrize("mode", ["full", "normative", "terminology"])
async def test_every_mode_is_valid(services: Services, mode: str) -> None:
    """Each answer is valid FHIR, and parses under a library of others."""
    found = await _statement(services, mode)
    assert services.validator.validate(found).issues == ()
    model = TerminologyCapabilities if mode == "terminology" else CapabilityStatement
    model.model_validate_json(json.serialize(found))
    assert found["implementation"]["url"] == BASE


async def test_the_terminology_is_described(services: Services) -> None:
    """Code systems with content or grammar and their versions, and the parameters of `$expand`."""
    found = await _statement(services, "terminology")
    systems = {row["uri"]: row for row in found["codeSystem"]}
    gender = systems["http://hl7.org/fhir/administrative-gender"]
    assert gender["version"] == [{"code": "4.0.1", "isDefault": True}]
    assert gender["subsumption"] is True
    assert "http://unitsofmeasure.org" in systems
    assert "http://snomed.info/sct" not in systems
    names = {row["name"] for row in found["expansion"]["parameter"]}
    assert {"url", "filter", "count", "offset", "exclude-system"} <= names
    assert "date" not in names


async def test_the_address_is_the_clients(services: Services) -> None:
    """The base URL is the one the client used, though the rest is made only once."""
    for base in (BASE, "http://127.0.0.1:8080/fhir"):
        found = content(await capabilities(services, Request(base)))
        assert found["implementation"]["url"] == base


async def test_operations_are_listed_where_they_are(services: Services) -> None:
    """An operation stands at its level: types, all types, or the system."""

    async def run(_: Services, __: Request) -> Response:
        return Response(200)

    offered = (
        OperationEntry("everything", "urn:e", run, types=("Patient",), instance_level=True),
        OperationEntry("meta", "urn:m", run, types=("Resource",), type_level=True, system=True),
    )
    rest = (await _statement(replace(services, operations=offered)))["rest"][0]
    listed = {row["type"]: [op["name"] for op in row["operation"]] for row in rest["resource"]}
    assert listed["Patient"] == ["everything", "meta"]
    assert listed["Group"] == ["meta"]
    assert rest["operation"] == [{"name": "meta", "definition": "urn:m"}]


async def test_what_is_never_changed_offers_no_change(services: Services) -> None:
    """Traces can be created, read and searched; nothing else is announced."""

    async def run(_: Services, __: Request) -> Response:
        return Response(200)

    offered = OperationEntry(
        "meta-add", "urn:m", run, types=("Resource",), instance_level=True, affects_state=True
    )
    rest = (await _statement(replace(services, operations=(offered,))))["rest"][0]
    traces = next(row for row in rest["resource"] if row["type"] == "AuditEvent")
    codes = {row["code"] for row in traces["interaction"]}
    assert "create" in codes
    assert codes.isdisjoint({"update", "patch", "delete"})
    assert traces["conditionalDelete"] == "not-supported"
    assert "operation" not in traces


async def test_searches_of_whole_resources_are_announced(services: Services) -> None:
    """`_text`, `_content` and `_filter` stand among the parameters of all types."""
    rest = (await _statement(services))["rest"][0]
    names = {row["name"] for row in rest["searchParam"]}
    assert {"_id", "_text", "_content", "_filter"} <= names


async def test_settings_show(services: Services) -> None:
    """What the settings change is told."""
    settings = services.settings.model_copy(
        update={"conditional_delete": "multiple", "referential_integrity": True}
    )
    found = (await _statement(replace(services, settings=settings)))["rest"][0]["resource"][0]
    assert found["conditionalDelete"] == "multiple"
    assert "enforced" in found["referencePolicy"]


async def test_an_unknown_mode_is_refused(services: Services) -> None:
    """A mode that R4 does not know is 400."""
    with Refusal() as refusal:
        await _statement(services, "half")
    assert refusal.category is Category.INVALID


async def test_the_date_is_that_of_the_servers_start(services: Services) -> None:
    """However often they are computed, one server's statements have one date."""
    again = replace(services)
    dates = [(await _statement(each, mode))["date"] for each in (services, again) for mode in MODES]
    assert len(set(dates)) == 1


MODES = ("full", "terminology")
