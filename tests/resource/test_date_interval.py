"""Dates as intervals."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cordee.resource.date_interval import interval, milliseconds


def _at(*parts: int) -> int:
    return milliseconds(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2024", _at(2024, 1, 1), _at(2025, 1, 1)),
        ("2024-02", _at(2024, 2, 1), _at(2024, 3, 1)),
        ("2024-12", _at(2024, 12, 1), _at(2025, 1, 1)),
        ("2024-02-29", _at(2024, 2, 29), _at(2024, 3, 1)),
        ("1900-01-01", _at(1900, 1, 1), _at(1900, 1, 2)),
        ("2024-03-01T10:00", _at(2024, 3, 1, 10), _at(2024, 3, 1, 10, 1)),
        ("2024-03-01T10:00:00Z", _at(2024, 3, 1, 10), _at(2024, 3, 1, 10, 0, 1)),
        ("2024-03-01T10:00:00", _at(2024, 3, 1, 10), _at(2024, 3, 1, 10, 0, 1)),
        ("2024-03-01T10:00:00+02:00", _at(2024, 3, 1, 8), _at(2024, 3, 1, 8, 0, 1)),
        ("2024-03-01T10:00:00-03:30", _at(2024, 3, 1, 13, 30), _at(2024, 3, 1, 13, 30, 1)),
        ("2016-12-31T23:59:60Z", _at(2017, 1, 1), _at(2017, 1, 1, 0, 0, 1)),
        ("1970-01-01T00:00:00.5Z", 500, 600),
        ("1970-01-01T00:00:00.123456Z", 123, 124),
        ("9999-12-31", _at(9999, 12, 31), _at(9999, 12, 31) + 86_400_000),
    ],
)
def test_a_date_stands_for_all_it_may_mean(text: str, low: int, high: int) -> None:
    """The interval starts with the first moment and ends before the first one after it."""
    assert interval(text) == (low, high)


@pytest.mark.parametrize(
    "text",
    ["", "0000", "2024-13", "2023-02-29", "2024-01-01T24:00", "2024-01-01T00:00+15:00", "24", "x"],
)
def test_what_is_no_date_has_no_interval(text: str) -> None:
    """Impossible dates and other text give None, never an error."""
    assert interval(text) is None


def test_moments_keep_their_zone() -> None:
    """A moment is the same number of milliseconds in every zone; without zone it is UTC."""
    paris = timezone(timedelta(hours=1))
    assert milliseconds(datetime(1970, 1, 1, 1, tzinfo=paris)) == 0
    assert milliseconds(datetime(1970, 1, 1)) == 0  # noqa: DTZ001 - the point of the test
