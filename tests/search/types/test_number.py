"""Number parameters (https://hl7.org/fhir/R4/search.html#number)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.resource import json

Finds = Callable[[dict[str, Any], str], bool | None]


def risk(**probability: Any) -> dict[str, Any]:
    return {"resourceType": "RiskAssessment", "prediction": [probability]}


@pytest.mark.parametrize(
    ("probability", "value", "expected"),
    [
        ("100", "100", True),
        ("100.4", "100", True),
        ("100.5", "100", False),
        ("99.5", "100", True),
        ("100.4", "100.00", False),
        ("95", "1e2", True),
        ("100.4", "ne100", False),
        ("100.4", "gt100", True),
        ("100", "gt100", False),
        ("100", "ge100", True),
        ("100", "le100", True),
        ("99.99", "lt100", True),
        ("109", "ap100", True),
        ("111", "ap100", False),
        ("-3", "-3", True),
        ("-3", "ap-3.1", True),
        ("0.00001", "1e-5", True),
    ],
)
def test_numbers_match(probability: str, value: str, expected: bool, finds: Finds) -> None:
    """Eq and ne go by the digits written; the others take the number as it is."""
    told = risk(probabilityDecimal=Decimal(probability))
    assert finds(told, f"probability={value}") is expected


@pytest.mark.parametrize("written", ["1e2", "1.00E+2", "100"])
def test_a_number_is_found_however_it_is_written(written: str, finds: Finds) -> None:
    """An exponent changes the spelling, not the number."""
    text = '{"resourceType":"RiskAssessment","prediction":[{"probabilityDecimal":' + written + "}]}"
    told = json.parse(text.encode())
    assert finds(told, "probability=100") is True
    assert finds(told, "probability=gt100") is False


def test_a_range_is_an_interval(finds: Finds) -> None:
    """A Range is compared with both its ends; an end not stated is open."""
    told = risk(probabilityRange={"low": {"value": Decimal("0.2")}, "high": {"value": Decimal(1)}})
    assert finds(told, "probability=gt0.9") is True
    assert finds(told, "probability=sa0.1") is True
    assert finds(told, "probability=0.5") is False
    assert finds(risk(probabilityRange={"low": {"value": 3}}), "probability=gt1e30") is True


@pytest.mark.parametrize("value", ["x", "1,5x", "gt", "1e99999", "NaN", "--1", "1.2.3"])
def test_refuses_what_is_no_number(value: str, finds: Finds) -> None:
    """A value that is no number is an error."""
    with pytest.raises(FhirError) as refused:
        finds(risk(), f"probability={value}")
    assert refused.value.category is Category.INVALID
