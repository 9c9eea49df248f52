"""What an operation was called with (https://hl7.org/fhir/R4/operations.html#request)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.operations.parameters import Arguments

Reading = Callable[[Arguments], Any]
READINGS: dict[str, Reading] = {
    "flag": lambda given: given.flag("asked"),
    "number": lambda given: given.number("asked"),
    "count": lambda given: given.count("asked", 10, 100),
    "text": lambda given: given.text("asked"),
    "instant": lambda given: given.instant("asked"),
    "element": lambda given: given.element("asked", "Coding"),
    "resource": lambda given: given.resource("asked", "Patient"),
}
ODD: dict[str, Any] = {
    "object": {"system": "a"},
    "list": [{"name": "a"}],
    "decimal": Decimal("1.5"),
    "negative": -1,
    "text": "x" * 5_000,
    "nothing": "\x00",
}


def arguments(value: Any) -> Arguments:
    body = {"resourceType": "Parameters", "parameter": [{"name": "asked", "valueCode": value}]}
    return Arguments(Request(base_url="http://here.example/fhir", body=body))


@pytest.mark.parametrize("reading", sorted(READINGS))
@pytest.mark.parametrize("odd", sorted(ODD))
def test_what_is_of_another_type_is_read_or_refused(reading: str, odd: str) -> None:
    """Whatever stands where something else is meant, the refusal names the parameter."""
    refused: FhirError | None = None
    try:
        READINGS[reading](arguments(ODD[odd]))
    except FhirError as error:
        refused = error
    if refused is not None:
        assert refused.category is Category.INVALID
        assert "asked" in refused.diagnostics
        assert len(refused.diagnostics) < 200


def test_numbers_beyond_all_measure_are_the_most() -> None:
    """A count of any length is read; what is more than the most is the most."""
    assert arguments("9" * 5_000).count("asked", 10, 100) == 100
    assert arguments("7").count("asked", 10, 100) == 7
    for none in ("0", "000", "-1", "1.0", ""):
        with pytest.raises(FhirError):
            arguments(none).count("asked", 10, 100)
