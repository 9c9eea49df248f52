"""Durations are added by the clock on the wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cordee.coordination.pathway.schedule import shifted, window
from cordee.errors import Category, FhirError

PARIS = ZoneInfo("Europe/Paris")
MOMENT = datetime(2026, 1, 31, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("value", "code", "found"),
    [
        (10, "d", "2026-02-10T09:00:00+01:00"),
        (1, "mo", "2026-02-28T09:00:00+01:00"),
        (6, "mo", "2026-07-31T09:00:00+02:00"),
        (1, "a", "2027-01-31T09:00:00+01:00"),
        (2, "wk", "2026-02-14T09:00:00+01:00"),
        (36, "h", "2026-02-01T21:00:00+01:00"),
    ],
)
def test_a_duration_is_added(value: int, code: str, found: str) -> None:
    """A month after the 31st is the last of the next; nine o'clock stays nine o'clock."""
    assert shifted(MOMENT, {"value": value, "code": code}).isoformat() == found


def test_a_range_opens_a_window() -> None:
    """From the tenth to the twentieth day."""
    days = {"low": {"value": 10, "code": "d"}, "high": {"value": 20, "code": "d"}}
    assert window(MOMENT, days, None).period() == {
        "start": "2026-02-10T09:00:00+01:00",
        "end": "2026-02-20T09:00:00+01:00",
    }


def test_what_is_no_time_is_refused() -> None:
    """A length in metres dates nothing."""
    with pytest.raises(FhirError) as error:
        shifted(MOMENT, {"value": 1, "code": "m"})
    assert error.value.category is Category.UNPROCESSABLE
