"""Paths to places, and what a patch does there."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.fhirpath import Environment, FhirPathError, Location, locate
from cordee.resource.types import Resource


def only(expression: str, resource: Resource, schema: Repository) -> Location:
    """Give the only place of an expression."""
    (place,) = locate(expression, resource, schema)
    return place


PATHS: dict[str, list[Any]] = {
    "Patient": ["p1"],
    "Patient.birthDate": ["1974-12-25"],
    "name.given": ["Peter", None, "James", "Jim"],
    "Patient.name[1].given[0]": ["Jim"],
    "Patient.name.where(use = 'usual').given": ["Jim"],
    "Patient.name.where($index = 0).family": ["Chalmers"],
    "Patient.name.given.where($this = 'James')": ["James"],
    "Patient.deceased": ["2015-02"],
    "Patient.deceased.ofType(boolean)": [],
    "(Patient.deceased as dateTime)": ["2015-02"],
    "Patient.birthDate.extension('urn:time').value": ["1974-12-25T14:35:45-05:00"],
    "Patient.birthDate.id": ["birth"],
    "Patient.contained.where($this is Practitioner).name.family": ["Roux"],
    "Patient.generalPractitioner.skip(1).take(1).reference": ["Practitioner/2"],
    "Patient.name.tail().given | Patient.id": ["Jim", "p1"],
    "Patient.name.first().family.single()": ["Chalmers"],
    "Patient.name.last().use": ["usual"],
    "Patient.name[7]": [],
    "Patient.photo": [],
    "Encounter.name": [],
    "Patient.birthDate.nothing": [],
}


@pytest.mark.parametrize("expression", PATHS)
def test_paths_lead_to_places(schema: Repository, patient: Resource, expression: str) -> None:
    """A place is where its value is."""
    places = locate(expression, patient, schema)
    values = [place.value["id"] if place.parent is None else place.value for place in places]
    assert values == PATHS[expression]
    for place in places:
        if place.parent is not None and place.value is not None:
            held = place.parent[place.key]
            assert place.value is (held if place.index is None else held[place.index])


@pytest.mark.parametrize(
    "expression",
    [
        "1",
        "name.count()",
        "name = name",
        "name is HumanName",
        "name.single()",
        "name.where()",
        "name.ofType(1)",
        "name[{}]",
        "%resource",
        "Patient.nothing(",
    ],
)
def test_values_have_no_place(schema: Repository, patient: Resource, expression: str) -> None:
    """What calculates instead of selecting is refused."""
    with pytest.raises(FhirPathError):
        locate(expression, patient, schema)


def test_criteria_use_the_environment(schema: Repository, patient: Resource) -> None:
    """Variables and the budget come from the environment."""
    environment = Environment(variables={"wanted": "usual"})
    found = locate("Patient.name.where(use = %wanted)", patient, schema, environment)
    assert [place.value["use"] for place in found] == ["usual"]
    with pytest.raises(FhirPathError, match="steps"):
        locate("Patient.where(descendants().exists())", patient, schema, Environment(steps=1))


def test_types_of_places(schema: Repository, patient: Resource) -> None:
    """A place knows the type of its element."""
    types = {
        "Patient": "Patient",
        "Patient.contained": "Practitioner",
        "Patient.deceased": "dateTime",
        "Patient.name[0]": "HumanName",
    }
    for expression, expected in types.items():
        assert only(expression, patient, schema).type == expected


def test_replacing(schema: Repository, patient: Resource) -> None:
    """A new value comes alone: ids and extensions of the old one go."""
    only("Patient.birthDate", patient, schema).replace("2000-01-01")
    assert patient["birthDate"] == "2000-01-01"
    assert "_birthDate" not in patient
    only("Patient.name[0].given[1]", patient, schema).replace("Ann")
    assert patient["name"][0] == {
        "use": "official",
        "family": "Chalmers",
        "given": ["Peter", "Ann", "James"],
    }


def test_deleting(schema: Repository, patient: Resource) -> None:
    """What is deleted is gone, with its siblings; no empty array stays."""
    only("Patient.birthDate", patient, schema).delete()
    assert not {"birthDate", "_birthDate"} & patient.keys()
    only("Patient.name[0].given[0]", patient, schema).delete()
    assert patient["name"][0]["given"] == [None, "James"]
    assert len(patient["name"][0]["_given"]) == 2
    only("Patient.name[1].given", patient, schema).delete()
    assert "given" not in patient["name"][1]
    only("Patient.name[0].given.where(extension.exists())", patient, schema).delete()
    assert patient["name"][0]["given"] == ["James"]
    assert "_given" not in patient["name"][0]


def test_inserting(schema: Repository, patient: Resource) -> None:
    """A new element stands before the place, and siblings stay in step."""
    only("Patient.name[0].given[1]", patient, schema).insert("Ann")
    assert patient["name"][0]["given"] == ["Peter", "Ann", None, "James"]
    assert patient["name"][0]["_given"][2]["extension"][0]["valueCode"] == "masked"
    assert patient["name"][0]["_given"][1] is None
    with pytest.raises(FhirPathError, match="does not repeat"):
        only("Patient.birthDate", patient, schema).insert("2000-01-01")


def test_the_resource_itself_stays(schema: Repository, patient: Resource) -> None:
    """The root has no place to be changed at."""
    root = only("Patient", patient, schema)
    for change in (root.delete, lambda: root.replace({}), lambda: root.insert({})):
        with pytest.raises(FhirPathError, match="itself"):
            change()
