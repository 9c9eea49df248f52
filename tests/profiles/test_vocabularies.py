"""What is not known in full leads to "not known here", never to an error."""

from collections.abc import Iterator

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Severity
from cordee.resource.types import Resource
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

CORE = "https://hl7.fr/ig/fhir/core"
NOS = "https://mos.esante.gouv.fr/NOS"
INSEE = f"{CORE}/StructureDefinition/fr-core-address-insee-code"
TOWNS = f"{NOS}/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"
EVENT = "https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/event-type"


@pytest.fixture(scope="module")
def validator(rendered: Repository) -> Validator:
    return Validator(rendered, Terminology(rendered))


def patient_from(system: str, code: str) -> Resource:
    """Make a patient whose address names a municipality by code."""
    coding = {"url": INSEE, "valueCoding": {"system": system, "code": code}}
    return {
        "resourceType": "Patient",
        "address": [{"extension": [coding], "city": "Rodez"}],
    }


def declared(code: str) -> Resource:
    """Make a declaration of an event with a type of the national vocabulary."""
    system = f"{NOS}/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement"
    concept = {"coding": [{"system": system, "code": code}]}
    return {
        "resourceType": "CommunicationRequest",
        "status": "active",
        "extension": [{"url": EVENT, "valueCodeableConcept": concept}],
    }


def found(validator: Validator, resource: Resource) -> set[tuple[Severity, str | None]]:
    """Give severity and message id of each finding about codes."""
    issues = validator.validate(resource).issues
    kinds = ("binding", "coding")
    return {
        (one.severity, one.message_id)
        for one in issues
        if one.message_id and one.message_id.startswith(kinds)
    }


def test_a_municipality_is_not_judged_without_the_list(validator: Validator) -> None:
    """Forty thousand codes are not shipped: a required binding to them stays a warning."""
    assert found(validator, patient_from(TOWNS, "12202")) == {
        (Severity.WARNING, "binding-unknown"),
        (Severity.INFORMATION, "coding-unknown-system"),
    }


def test_a_code_of_another_system_is_still_wrong(validator: Validator) -> None:
    """That a code is of no system of the value set is known without any list."""
    other = found(validator, patient_from("http://loinc.org", "18776-5"))
    assert (Severity.ERROR, "binding-required") in other


def test_a_value_set_known_in_full_judges(validator: Validator) -> None:
    """Types of event are shipped one by one: an invented one is an error."""
    assert not {one for one in found(validator, declared("ADM")) if one[0] is Severity.ERROR}
    assert (Severity.ERROR, "binding-required") in found(validator, declared("INVENTED"))


def test_fragments_are_marked(rendered: Repository) -> None:
    """A shipped national code system is complete only where every code of it is here."""
    shipped = {one["id"]: one["content"] for one in _systems(rendered)}
    assert {name for name, content in shipped.items() if content != "fragment"} == {
        "TRE-R254-TypeEvenement"
    }


def _systems(rendered: Repository) -> Iterator[Resource]:
    return (one for one in rendered.all("CodeSystem") if one["url"].startswith(NOS))
