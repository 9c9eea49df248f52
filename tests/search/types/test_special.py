"""Special parameters: `near` (https://hl7.org/fhir/R4/location.html#positional)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cordee.errors import FhirError

Finds = Callable[[dict[str, Any], str], bool | None]

PARIS = {
    "resourceType": "Location",
    "position": {"longitude": Decimal("2.3522"), "latitude": Decimal("48.8566")},
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("48.8049|2.1204|20|km", True),
        ("48.8049|2.1204|10|km", False),
        ("48.8049|2.1204|15000|m", False),
        ("48.8049|2.1204|20000|m", True),
        ("48.8049|2.1204|12|[mi_i]", True),
        ("48.86|2.35", True),
        ("45.75|4.85", False),
        ("45.75|4.85,48.86|2.35", True),
    ],
)
def test_places_near(value: str, expected: bool, finds: Finds) -> None:
    """Within the distance, in any of the units, ten kilometres when not stated."""
    assert finds(PARIS, f"near={value}") is expected


@pytest.mark.parametrize(
    "value",
    [
        "48", "91|2|5|km", "48|2|5|parsec", "a|b", "48|2|-5|km", "|2", "48||5|km",
        "nan|nan", "48|sNaN", "48|2|nan", "48|2|Infinity|m", "-inf|2",
    ],
)  # fmt: skip
def test_refuses_no_place(value: str, finds: Finds) -> None:
    """What is no place on earth or no distance is an error."""
    with pytest.raises(FhirError):
        finds(PARIS, f"near={value}")
