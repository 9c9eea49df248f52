"""Parameters by type: core, packages, added ones."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.search.filter import Chain, Text
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry

BIRTHPLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"


def search_parameter(code: str, type: str, base: str, expression: str) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter",
        "id": f"{base}-{code}",
        "url": f"http://x.example/SearchParameter/{base}-{code}",
        "status": "active",
        "code": code,
        "name": code,
        "type": type,
        "base": [base],
        "expression": expression,
    }


def test_a_posted_parameter_is_served_at_once(fresh_repository: Repository) -> None:
    """What is added to the definitions counts at the next search and extraction."""
    registry = SearchRegistry(fresh_repository)
    patient = {
        "resourceType": "Patient",
        "extension": [{"url": BIRTHPLACE, "valueAddress": {"city": "Évry"}}],
    }
    assert "born-in" not in registry.extract(patient).values
    expression = f"extension('{BIRTHPLACE}').value as Address"
    fresh_repository.add(search_parameter("born-in", "string", "Patient", expression))
    assert registry.extract(patient).values["born-in"] == [{"f": "evry", "x": "Évry"}]
    asked = parse_query(registry, "Patient", [("born-in", "evr")], "strict")
    assert asked.filter == Text("born-in", "evr")
    assert "born-in" in {index.name for index in registry.indexes("Patient")}


def test_an_expression_beyond_paths_is_evaluated(fresh_repository: Repository) -> None:
    """What no path can say, FHIRPath says."""
    fresh_repository.add(search_parameter("many", "token", "Patient", "Patient.name.count() > 1"))
    registry = SearchRegistry(fresh_repository)
    two = {"resourceType": "Patient", "name": [{"family": "a"}, {"family": "b"}]}
    assert registry.extract(two).values["many"] == [{"v": "true"}]


def test_a_broken_expression_yields_nothing(fresh_repository: Repository) -> None:
    """An expression that cannot be read does not keep resources from being stored."""
    for code, expression in (
        ("bad", "Patient.name.("),
        ("fails", "Patient.name.toQuantity('x', 3)"),
    ):
        fresh_repository.add(search_parameter(code, "token", "Patient", expression))
    registry = SearchRegistry(fresh_repository)
    values = registry.extract({"resourceType": "Patient", "name": [{"family": "a"}]}).values
    assert not {"bad", "fails"} & values.keys()


def test_targets_come_from_the_element_when_not_declared(fresh_repository: Repository) -> None:
    """A package that declares no targets can still be chained through."""
    fresh_repository.add(
        search_parameter(
            "managingOrganization", "reference", "CareTeam", "CareTeam.managingOrganization"
        )
    )
    registry = SearchRegistry(fresh_repository)
    asked = parse_query(registry, "CareTeam", [("managingOrganization.name", "x")], "strict")
    assert asked.filter == Chain("managingOrganization", "Organization", Text("name", "x"))


def test_general_parameters(registry: SearchRegistry) -> None:
    """Every type has the parameters of Resource, and only those are general."""
    assert set(registry.general()) == {
        "_id",
        "_lastUpdated",
        "_profile",
        "_security",
        "_source",
        "_tag",
    }


def test_values_of_a_reference_parameter(registry: SearchRegistry) -> None:
    """Includes ask for the references under one parameter."""
    told = {"resourceType": "CareTeam", "participant": [{"member": {"reference": "Patient/1"}}]}
    assert registry.values(told, "participant") == ("Patient/1",)
    assert registry.values(told, "status") == ()


@pytest.mark.conformance
def test_the_parameters_of_the_french_care_circle(
    material: Path, fresh_repository: Repository
) -> None:
    """The national guide's own parameters extract from its own example."""
    example: dict[str, Any] = {}
    with tarfile.open(material / "fr-packages" / "ans.fhir.fr.cds-2.0.1.tgz") as package:
        for member in package:
            if member.name.endswith(".json") and (file := package.extractfile(member)):
                resource = json.load(file)
                if resource.get("resourceType") == "SearchParameter":
                    fresh_repository.add(resource)
                elif resource.get("resourceType") == "CareTeam":
                    example = resource
    registry = SearchRegistry(fresh_repository)
    served = registry.parameters("CareTeam").keys()
    own = {"start", "end", "participant-start", "participant-end", "managingOrganization"}
    assert own <= served
    assert "birthplace" in registry.parameters("Patient")
    values = registry.extract(example).values
    assert {"start", "participant-start"} <= values.keys()
