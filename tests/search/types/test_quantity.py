"""Quantity parameters (https://hl7.org/fhir/R4/search.html#quantity)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.search.registry import SearchRegistry

Finds = Callable[[dict[str, Any], str], bool | None]

UCUM = "http://unitsofmeasure.org"


def measured(value: str, **unit: str) -> dict[str, Any]:
    quantity = {"value": Decimal(value), **unit}
    return {"resourceType": "Observation", "code": {}, "valueQuantity": quantity}


MILLIGRAMS = measured("5.4", system=UCUM, code="mg", unit="milligramme")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5.4", True),
        ("5.40", True),
        ("5", True),
        ("5.5", False),
        (f"5.4|{UCUM}|mg", True),
        (f"0.0054|{UCUM}|g", True),
        (f"5400|{UCUM}|ug", True),
        (f"gt5|{UCUM}|mg", True),
        (f"gt5|{UCUM}|g", False),
        (f"lt1|{UCUM}|g", True),
        (f"5.4|{UCUM}|mL", False),
        ("5.4||mg", True),
        ("5.4||milligramme", True),
        ("5.4||kg", False),
        ("5.4|http://other.example|mg", False),
        (f"ap5.5|{UCUM}|mg", True),
        (f"ne5.4|{UCUM}|mg", False),
        (f"ne6|{UCUM}|mg", True),
    ],
)
def test_quantities_match(value: str, expected: bool, finds: Finds) -> None:
    """Value, unit as written, and UCUM units converted."""
    assert finds(MILLIGRAMS, f"value-quantity={value}") is expected


def test_temperatures_convert_with_their_offset(finds: Finds) -> None:
    """Degrees Celsius and Fahrenheit meet in kelvin."""
    told = measured("37", system=UCUM, code="Cel")
    assert finds(told, f"value-quantity=98.6|{UCUM}|[degF]") is True
    assert finds(told, f"value-quantity=99.0|{UCUM}|[degF]") is False


def test_comparators_open_an_interval(finds: Finds) -> None:
    """A value of "less than 5" may be anything below."""
    told = measured("5", system=UCUM, code="mg")
    told["valueQuantity"]["comparator"] = "<"
    assert finds(told, f"value-quantity=lt1|{UCUM}|mg") is True
    assert finds(told, f"value-quantity=gt6|{UCUM}|mg") is False
    assert finds(told, f"value-quantity=sa1|{UCUM}|mg") is False


def test_other_quantity_types(registry: SearchRegistry, finds: Finds) -> None:
    """Money, Range, Age and SampledData are quantities too."""
    invoice = {
        "resourceType": "Invoice",
        "totalNet": {"value": Decimal("12.50"), "currency": "EUR"},
    }
    assert finds(invoice, "totalnet=12.5||EUR") is True
    onset = {
        "resourceType": "Condition",
        "onsetRange": {
            "low": {"value": 3, "system": UCUM, "code": "a"},
            "high": {"value": 5, "system": UCUM, "code": "a"},
        },
    }
    assert finds(onset, f"onset-age=gt4|{UCUM}|a") is True
    assert finds(onset, f"onset-age=gt100|{UCUM}|mo") is False
    sampled = {
        "resourceType": "Observation",
        "valueSampledData": {
            "origin": {"value": 10, "system": UCUM, "code": "mV"},
            "factor": Decimal("0.5"),
            "data": "2 E -4 8 U",
        },
    }
    row = registry.extract(sampled).values["value-quantity"][0]
    assert (row["lo"], row["hi"]) == (Decimal("8.0"), Decimal("14.0"))


@pytest.mark.parametrize("word", ["1abc", "1.2.3", "1e", "1e999999999", "9" * 5_000, "NaN", "--1"])
def test_samples_that_are_no_numbers_count_for_nothing(word: str, registry: SearchRegistry) -> None:
    """The samples beside one that is no number, or beyond all measure, are indexed."""
    sampled = {
        "resourceType": "Observation",
        "valueSampledData": {"origin": {"value": 10}, "data": f"2 {word} 3"},
    }
    row = registry.extract(sampled).values["value-quantity"][0]
    assert (row["lo"], row["hi"]) == (Decimal(12), Decimal(13))


@pytest.mark.parametrize("value", ["5|mg", "mg", "5|a|b|c", "|x|y"])
def test_refuses_what_is_no_quantity(value: str, finds: Finds) -> None:
    """A quantity has one part or three."""
    with pytest.raises(FhirError) as refused:
        finds(MILLIGRAMS, f"value-quantity={value}")
    assert refused.value.category is Category.INVALID


def test_an_unknown_unit_is_compared_as_written(finds: Finds) -> None:
    """What UCUM does not know keeps its letters."""
    told = measured("3", system=UCUM, code="bananas")
    assert finds(told, f"value-quantity=3|{UCUM}|bananas") is True
    assert finds(told, f"value-quantity=3|{UCUM}|apples") is False
