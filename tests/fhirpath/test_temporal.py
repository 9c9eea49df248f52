"""Dates and times of every precision."""

from decimal import Decimal

import pytest

from cordee.fhirpath import temporal
from cordee.fhirpath.temporal import DATE, DATETIME, TIME


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("2024", DATE),
        ("2024-02-29", DATE),
        ("2024-02-29", DATETIME),
        ("2024-02-29T10", DATETIME),
        ("2024-02-29T10:30+05:30", DATETIME),
        ("2024-02-29T10:30:15.1234-03:00", DATETIME),
        ("2024-02-29T10:30:15Z", DATETIME),
        ("10", TIME),
        ("23:59:59.999", TIME),
    ],
)
def test_values_are_written_as_they_were_read(text: str, type_name: str) -> None:
    """Reading and writing keeps precision, digits and zone."""
    moment = temporal.parse(text, type_name)
    assert moment is not None
    assert temporal.write(moment) == text


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("2023-02-29", DATE),
        ("0000", DATE),
        ("2024-1", DATE),
        ("2024-01-01T10:00", DATE),
        ("2024-01-01T24:00", DATETIME),
        ("2024-01-01T10:00+15:00", DATETIME),
        ("10:60", TIME),
        ("10Z", TIME),
        ("٢٠٢٤", DATE),
    ],
)
def test_what_does_not_exist_is_no_value(text: str, type_name: str) -> None:
    """Impossible dates and times are not values."""
    assert not temporal.is_valid(text, type_name)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("2024", "2025-01", -1),
        ("2024", "2024-01", None),
        ("2024-01-01T10:00:00", "2024-01-01T10:00:00.000", 0),
        ("2024-01-01T23:00:00Z", "2024-01-02T00:30:00+02:00", 1),
        ("2024-01-01T10:00:00", "2024-01-01T12:00:00Z", None),
        ("2024-01-01T10:00:00", "2024-01-03T12:00:00Z", -1),
        ("2024-01-01", "2024-01-02T00:00:00Z", -1),
    ],
)
def test_order(left: str, right: str, expected: int | None) -> None:
    """The answer is open when precision or an absent zone leaves it so."""
    one, other = temporal.parse(left, DATETIME), temporal.parse(right, DATETIME)
    assert one is not None
    assert other is not None
    assert temporal.compare(one, other) == expected
    assert temporal.compare(other, one) == (None if expected is None else -expected)


@pytest.mark.parametrize(
    ("text", "type_name", "amount", "unit", "expected"),
    [
        ("2024-02-29", DATE, "-1", "year", "2023-02-28"),
        ("2024-03-31", DATE, "-1", "month", "2024-02-29"),
        ("2024-01", DATE, "13", "month", "2025-02"),
        ("2024", DATE, "365", "day", "2025"),
        ("2024-01-01", DATE, "1.9", "week", "2024-01-08"),
        ("2024-01-01", DATE, "47", "hour", "2024-01-02"),
        ("2024-01-01T23:59:59+01:00", DATETIME, "1", "second", "2024-01-02T00:00:00+01:00"),
        ("2024-01-01T00:00", DATETIME, "90", "second", "2024-01-01T00:01"),
        ("2024-01-01T00:00:00Z", DATETIME, "0.25", "second", "2024-01-01T00:00:00.250Z"),
        ("00:00:00", TIME, "-1", "second", "23:59:59"),
        ("10:30:00.000", TIME, "5", "millisecond", "10:30:00.005"),
    ],
)
def test_arithmetic(text: str, type_name: str, amount: str, unit: str, expected: str) -> None:
    """Calendar units move a value at its own precision."""
    moment = temporal.parse(text, type_name)
    assert moment is not None
    moved = temporal.add(moment, Decimal(amount), unit)
    assert moved is not None
    assert temporal.write(moved) == expected


@pytest.mark.parametrize(("amount", "unit"), [("9999", "year"), ("1E+30", "second"), ("-1", "day")])
def test_the_calendar_ends(amount: str, unit: str) -> None:
    """There is nothing beyond the years 1 to 9999."""
    start = temporal.parse("0001-01-01" if amount == "-1" else "9000-01-01", DATE)
    assert start is not None
    assert temporal.add(start, Decimal(amount), unit) is None
