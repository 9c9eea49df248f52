"""Identity on the page."""

from datetime import date
from typing import Any

import pytest

from cordee.console.person import Person

RELIABILITY = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability"


def _patient(code: str) -> dict[str, Any]:
    coding = {
        "system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445",
        "code": code,
    }
    status = {"url": "identityStatus", "valueCoding": coding}
    return {"resourceType": "Patient", "extension": [{"url": RELIABILITY, "extension": [status]}]}


@pytest.mark.parametrize(
    ("code", "status"), [("PROV", "provisional"), ("VALI", "validated"), ("RECUP", "retrieved")]
)
def test_the_status_is_the_validators(code: str, status: str) -> None:
    """The badge says what the rules of identity read."""
    assert Person.of(_patient(code)).status == status


def test_a_person_of_whom_little_is_known_has_a_page() -> None:
    """Nothing is invented where nothing is said."""
    person = Person.of({"resourceType": "Patient", "id": "x"})
    assert (person.name, person.status, person.ins) == ("x", "unknown", "")
    assert person.age(date(2026, 11, 22)) is None


def test_age_counts_birthdays() -> None:
    """The day before a birthday is a year less."""
    person = Person.of({"resourceType": "Patient", "birthDate": "1953-11-23"})
    assert person.age(date(2026, 11, 22)) == 72
    assert person.age(date(2026, 11, 23)) == 73
