"""Definitions that come, change and go while the validator runs."""

import random
from copy import deepcopy
from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.resource.types import Resource
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"
PARENT, CHILD = "urn:test:parent", "urn:test:child"
EXTENSION, VALUES, IMPORTED, CODES = "urn:test:ext", "urn:test:vs", "urn:test:vs2", "urn:test:cs"


class Counting(Repository):
    """Counts how often a StructureDefinition is asked for."""

    asked: list[str]

    def structure(self, canonical: str) -> Resource | None:
        """Note what is asked."""
        self.asked.append(canonical)
        return super().structure(canonical)


def profile(url: str, base: str, *elements: dict[str, Any], type: str = "Patient") -> Resource:
    """A StructureDefinition with a differential."""
    kind = "complex-type" if type == "Extension" else "resource"
    return {
        "resourceType": "StructureDefinition",
        "id": url.rpartition(":")[2],
        "url": url,
        "name": "Test",
        "status": "active",
        "kind": kind,
        "abstract": False,
        "type": type,
        "baseDefinition": base,
        "derivation": "constraint",
        "context": [{"type": "element", "expression": "Patient"}] if type == "Extension" else [],
        "differential": {"element": [{"id": type, "path": type}, *elements]},
    }


def at_least(path: str, least: int) -> dict[str, Any]:
    """An element that must be there."""
    return {"id": path, "path": path, "min": least}


def bound(value_set: str) -> dict[str, Any]:
    """A marital status from a value set."""
    path = "Patient.maritalStatus"
    return {"id": path, "path": path, "binding": {"strength": "required", "valueSet": value_set}}


def extension(type: str) -> Resource:
    """An extension with a value of one type."""
    value = {"id": "Extension.value[x]", "path": "Extension.value[x]", "type": [{"code": type}]}
    fixed = {"id": "Extension.url", "path": "Extension.url", "fixedUri": EXTENSION}
    base = "http://hl7.org/fhir/StructureDefinition/Extension"
    return profile(EXTENSION, base, fixed, value, type="Extension")


def value_set(url: str, **include: Any) -> Resource:
    """A value set of one include."""
    compose = {"include": [include]}
    id = url.rpartition(":")[2]
    return {"resourceType": "ValueSet", "id": id, "url": url, "compose": compose}


def code_system(*codes: str) -> Resource:
    """A complete code system."""
    concepts = [{"code": code} for code in codes]
    made = {"resourceType": "CodeSystem", "id": "cs", "url": CODES, "content": "complete"}
    return made | {"concept": concepts}


CHOICES: tuple[Resource, ...] = (
    profile(PARENT, PATIENT, at_least("Patient.name", 1)),
    profile(PARENT, PATIENT, at_least("Patient.gender", 1)),
    profile(CHILD, PARENT, bound(VALUES)),
    profile(CHILD, PARENT, bound(IMPORTED)),
    profile(CHILD, PATIENT, at_least("Patient.photo", 1)),
    profile(CHILD, CHILD),
    extension("string"),
    extension("integer"),
    value_set(VALUES, system=CODES),
    value_set(VALUES, valueSet=[IMPORTED]),
    value_set(IMPORTED, system=CODES, concept=[{"code": "a"}]),
    value_set(IMPORTED, valueSet=[VALUES]),
    code_system("a"),
    code_system("b"),
)
RESOURCE: Resource = {
    "resourceType": "Patient",
    "meta": {"profile": [CHILD, PARENT]},
    "extension": [{"url": EXTENSION, "valueString": "x"}],
    "maritalStatus": {"coding": [{"system": CODES, "code": "a"}]},
    "birthDate": "1960-01-01",
}


@pytest.fixture(scope="module")
def changing() -> Counting:
    """A repository of our own, that the tests change and leave as they found it."""
    Counting.asked = []
    packs = Repository.load().packs
    return Counting(packs)


def findings(validator: Validator) -> set[str]:
    """What is said of the resource."""
    return {str(finding) for finding in validator.validate(RESOURCE).findings}


def test_reports_are_those_of_a_new_validator(changing: Counting) -> None:
    """Whatever came, changed or went, and in whatever order, nothing outdated is used."""
    validator = Validator(changing, Terminology(changing))
    dice = random.Random(3)
    for step in range(120):
        chosen = deepcopy(dice.choice(CHOICES))
        (changing.remove if dice.random() < 0.3 else changing.add)(chosen)
        fresh = Validator(changing, Terminology(changing))
        assert findings(validator) == findings(fresh), f"step {step}"
    for resource in CHOICES:
        changing.remove(resource)


def test_a_change_costs_only_what_depends_on_it(changing: Counting) -> None:
    """A profile that nothing uses makes nothing be compiled again."""
    validator = Validator(changing, Terminology(changing))
    french = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins"
    resource = {"resourceType": "Patient", "meta": {"profile": [french]}, "gender": "male"}
    before = validator.validate(resource)
    changing.asked.clear()
    for unrelated in (CHOICES[0], CHOICES[8], CHOICES[12]):
        changing.add(deepcopy(unrelated))
        assert validator.validate(resource) == before
        changing.remove(unrelated)
    assert changing.asked == []
