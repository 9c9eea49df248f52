"""Quantities, of literals and of FHIR."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import FhirPathError

Evaluate: TypeAlias = Callable[..., list[Any]]

UCUM = "http://unitsofmeasure.org"


def observation(value: dict[str, Any]) -> dict[str, Any]:
    """Make an observation of a quantity."""
    return {"resourceType": "Observation", "valueQuantity": value}


def test_quantities_of_fhir_meet_literals(evaluate: Evaluate) -> None:
    """A Quantity with a UCUM code compares with literals in any fitting unit."""
    focus = observation({"value": 2, "unit": "grammes", "system": UCUM, "code": "g"})
    assert evaluate("value = 2000 'mg'", focus) == [True]
    assert evaluate("value.ofType(Quantity) > 1 'kg'", focus) == [False]
    assert evaluate("value * 2 = 4 'g'", focus) == [True]
    assert evaluate("value | 2000 'mg' | 2 'g'", focus) == [focus["valueQuantity"]]


def test_codes_of_other_systems_are_not_ucum(evaluate: Evaluate) -> None:
    """The same code in another system is another unit."""
    focus = observation({"value": 2, "system": "urn:pharmacy", "code": "g"})
    assert evaluate("value = 2 'g'", focus) == []
    assert evaluate("value = value", focus) == [True]


def test_years_of_fhir_are_calendar_years(evaluate: Evaluate) -> None:
    """UCUM's a and mo move dates when they come from FHIR, and never as literals."""
    focus = observation({"value": 1, "system": UCUM, "code": "a"})
    assert evaluate("@2024-02-29 + value", focus) == ["2025-02-28"]
    with pytest.raises(FhirPathError, match="no unit of time"):
        evaluate("@2024-02-29 + 1 'a'", focus)


def test_a_quantity_without_value_has_no_answer(evaluate: Evaluate) -> None:
    """Without a value nothing can be compared or calculated."""
    focus = observation({"system": UCUM, "code": "g"})
    for expression in ("value > 1 'g'", "value = 1 'g'", "value + 1 'g'", "value / 2", "value * 2"):
        assert evaluate(expression, focus) == [], expression
    assert evaluate("value.lowBoundary()", focus) == []


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(4 'm' * 2).toString()", ["8 'm'"]),
        ("(4 'g' / 2 'g').toString()", ["2 '1'"]),
        ("(1 'g' + 500 'mg').toString()", ["1.5 'g'"]),
        ("(0 'g' + 500 'mg').toString()", ["500 'mg'"]),
        ("(1 'g' - 1 'm').toString()", []),
        ("(2 weeks + 7 days).toString()", ["3 weeks"]),
        ("5.toQuantity().toString()", ["5 '1'"]),
        ("(1 'g' / 0).toString()", []),
    ],
)
def test_results_keep_the_unit_of_the_left(
    evaluate: Evaluate, expression: str, expected: list[str]
) -> None:
    """Sums are in the unit of the left side, products in both; without an answer all is empty."""
    assert evaluate(expression, "x", context="string") == expected
