"""What a number stands for."""

from decimal import Decimal

import pytest

from cordee.resource.precision import approximate_range, implicit_range
from cordee.resource.written_decimal import decimal


@pytest.mark.parametrize(
    ("number", "low", "high"),
    [
        ("100", "99.5", "100.5"),
        ("100.00", "99.995", "100.005"),
        ("1e2", "50", "150"),
        ("0", "-0.5", "0.5"),
        ("-1.0", "-1.05", "-0.95"),
        ("9" * 40 + ".5", "9" * 40 + ".45", "9" * 40 + ".55"),
    ],
)
def test_the_last_digit_gives_the_range(number: str, low: str, high: str) -> None:
    """A number stands for half a unit of its last digit to either side, exactly."""
    assert implicit_range(decimal(number)) == (Decimal(low), Decimal(high))


def test_integers_are_numbers_too() -> None:
    """An int has the precision of its units."""
    assert implicit_range(7) == (Decimal("6.5"), Decimal("7.5"))


def test_approximately_is_a_tenth() -> None:
    """`ap` is a tenth to either side, and never less than the number itself stands for."""
    assert approximate_range(100) == (Decimal(90), Decimal(110))
    assert approximate_range(0) == (Decimal("-0.5"), Decimal("0.5"))
    assert approximate_range(Decimal(-100)) == (Decimal(-110), Decimal(-90))
