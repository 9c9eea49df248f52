"""Composite parameters (https://hl7.org/fhir/R4/search.html#composite)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cordee.errors import FhirError
from cordee.search.filter import AllOf, Composite, Filter, Range, Token

Finds = Callable[[dict[str, Any], str], bool | None]

UCUM = "http://unitsofmeasure.org"


def component(code: str, value: int) -> dict[str, Any]:
    return {
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueQuantity": {"value": Decimal(value), "system": UCUM, "code": "mm[Hg]"},
    }


PRESSURE: dict[str, Any] = {
    "resourceType": "Observation",
    "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
    "component": [component("8480-6", 140), component("8462-4", 80)],
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("8480-6$140", True),
        ("http://loinc.org|8480-6$gt130", True),
        ("8480-6$80", False),
        ("8462-4$lt90", True),
        (f"8480-6$140|{UCUM}|mm[Hg]", True),
        (f"8480-6$0.140|{UCUM}|m[Hg]", True),
        (f"8480-6$80|{UCUM}|mm[Hg]", False),
        ("8480-6$80,8462-4$80", True),
    ],
)
def test_parts_stand_in_one_element(value: str, expected: bool, finds: Finds) -> None:
    """A pair matches only where one element has both values."""
    assert finds(PRESSURE, f"component-code-value-quantity={value}") is expected


def test_the_parts_are_asked_beside_it(filter_of: Callable[[str], Filter]) -> None:
    """The single parameters that a composite implies stand beside it, for their indexes."""
    asked = filter_of("Observation?code-value-quantity=8480-6$gt5")
    assert asked == AllOf(
        (
            Token("code", None, "8480-6"),
            Range("value-quantity", "gt", Decimal(5), Decimal(5)),
            Composite(
                "code-value-quantity",
                (Token("0", None, "8480-6"), Range("1", "gt", Decimal(5), Decimal(5))),
            ),
        )
    )


def test_parts_may_come_from_the_root(finds: Finds) -> None:
    """A component's expression may start at the resource."""
    told = {
        "resourceType": "MolecularSequence",
        "referenceSeq": {"chromosome": {"coding": [{"code": "7"}]}},
        "variant": [{"start": 10, "end": 20}, {"start": 30, "end": 40}],
    }
    assert finds(told, "chromosome-variant-coordinate=7$10$20") is True
    assert finds(told, "chromosome-variant-coordinate=7$10$40") is False


def test_a_reference_may_be_a_part(finds: Finds) -> None:
    """Codes and references combine."""
    told = {
        "resourceType": "DocumentReference",
        "relatesTo": [{"code": "replaces", "target": {"reference": "DocumentReference/1"}}],
    }
    assert finds(told, "relationship=replaces$DocumentReference/1") is True
    assert finds(told, "relationship=appends$DocumentReference/1") is False


@pytest.mark.parametrize("query", ["code-value-quantity=a", "code-value-quantity=a$1$2"])
def test_refuses_another_number_of_parts(query: str, finds: Finds) -> None:
    """A composite has as many parts as its definition."""
    with pytest.raises(FhirError, match="2 parts"):
        finds(PRESSURE, query)
