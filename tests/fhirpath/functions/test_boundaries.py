"""Boundaries and precision."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import FhirPathError

Evaluate: TypeAlias = Callable[..., list[Any]]
Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_boundaries(check: Check, evaluate: Evaluate) -> None:
    """Boundaries fill what is unknown with the least or the greatest."""
    check(
        {
            "1.587.lowBoundary(2)": Decimal("1.58"),
            "@2024-02.highBoundary()": "2024-02-29",
            "@2024-02.lowBoundary()": "2024-02-01",
            "deceased.highBoundary()": "2015-02-28T23:59:59.999-12:00",
            "@T10.highBoundary()": "10:59:59.999",
            "@2024.lowBoundary(5)": [],
            "(1.5 'mg').highBoundary(1).value": Decimal("1.6"),
            "@T10:30.precision()": 4,
            "(1 'cm').comparable(1 'm')": True,
            "(1 'cm').comparable(photo.size.toQuantity())": [],
            "photo.height.lowBoundary()": [],
            "photo.height.precision()": [],
            "deceased.precision()": 6,
        },
    )
    with pytest.raises(FhirPathError):
        evaluate("'a'.lowBoundary()")
    with pytest.raises(FhirPathError):
        evaluate("'a'.precision()")
    with pytest.raises(FhirPathError):
        evaluate("1.comparable(2)")
