"""Math."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import FhirPathError
from cordee.resource import json

Evaluate: TypeAlias = Callable[..., list[Any]]
Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_math(check: Check, evaluate: Evaluate) -> None:
    """Math functions give exact decimals; what does not exist or does not fit is empty."""
    check(
        {
            "(-5).abs()": 5,
            "(-5 'mg').abs().value": Decimal(5),
            "1.2.ceiling()": 2,
            "(-1.2).floor()": -2,
            "(-1.7).truncate()": -1,
            "2.5.round()": Decimal(3),
            "3.14159.round(2)": Decimal("3.14"),
            "9.sqrt()": Decimal(3),
            "(-1).sqrt()": [],
            "0.ln()": [],
            "100.log(10)": Decimal(2),
            "2.power(10)": 1024,
            "2.power(-1)": [],
            "2.power(31)": [],
            "(1|2|3).sum()": 6,
            "(1|2|3).avg()": Decimal(2),
            "(3|1|2).min()": 1,
            "('b'|'a').max()": "b",
            "photo.sum()": [],
            "photo.avg()": [],
            "({}).sqrt()": [],
            "photo.height.sqrt()": [],
            "photo.height.abs()": [],
            "photo.height.round()": [],
            "photo.height.power(2)": [],
            "2.power(photo.height)": [],
            "2.5.power(2)": Decimal("6.25"),
            "(1 'g' | 1 'm').min()": [],
            "12345678901234567890123456789.0.round(5)": Decimal("12345678901234567890123456789.0"),
            "(1 'g' | 500 'mg').sum() = 1.5 'g'": True,
        },
    )
    with pytest.raises(FhirPathError, match="between 0 and 28"):
        evaluate("1.5.round(30)")
    with pytest.raises(FhirPathError, match="abs"):
        evaluate("'a'.abs()")
    with pytest.raises(FhirPathError, match="needs a number"):
        evaluate("'a'.sqrt()")
    with pytest.raises(FhirPathError, match="cannot be compared"):
        evaluate("('a' | 1).min()")


@pytest.mark.parametrize(
    ("written", "root"), [("1e2", "10"), ("1.00E+2", "10"), ("1e-8", "0.0001")]
)
def test_numbers_are_numbers_however_they_are_written(
    written: str, root: str, evaluate: Evaluate
) -> None:
    """A decimal of a resource that is written with an exponent is calculated with as any other."""
    text = f'{{"resourceType":"Observation","valueQuantity":{{"value":{written}}}}}'
    assert evaluate("value.value.sqrt()", json.parse(text.encode())) == [Decimal(root)]
