"""Date parameters (https://hl7.org/fhir/R4/search.html#date)."""

from collections.abc import Callable
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.search.filter import Range
from cordee.search.registry import SearchRegistry
from cordee.search.types.date import approximate
from cordee.search.values import EARLIEST, LATEST

Finds = Callable[[dict[str, Any], str], bool | None]


def observation(**effective: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "code": {}, **effective}


DAY = observation(effectiveDateTime="2013-01-14")
MOMENT = observation(effectiveDateTime="2013-01-14T10:00:00Z")
OPEN = observation(effectivePeriod={"start": "2013-01-10"})
PERIOD = observation(effectivePeriod={"start": "2013-01-10", "end": "2013-01-20"})


@pytest.mark.parametrize(
    ("resource", "value", "expected"),
    [
        (DAY, "2013-01-14", True),
        (DAY, "2013-01", True),
        (DAY, "2013-01-14T10:00", False),
        (MOMENT, "2013-01-14", True),
        (MOMENT, "2013-01-14T10:00", True),
        (MOMENT, "2013-01-14T11:00:00+01:00", True),
        (MOMENT, "2013-01-14T11:00:00 01:00", True),
        (MOMENT, "ne2013-01-14", False),
        (MOMENT, "ne2013-01-15", True),
        (DAY, "ne2013-01-14T10:00:00Z", True),
        (DAY, "gt2013-01-14", False),
        (DAY, "ge2013-01-14", True),
        (DAY, "lt2013-01-14T10:00", True),
        (DAY, "gt2013-01-14T10:00", True),
        (PERIOD, "2013-01", True),
        (PERIOD, "2013-01-14", False),
        (PERIOD, "gt2013-01-14", True),
        (PERIOD, "lt2013-01-14", True),
        (PERIOD, "sa2013-01-09", True),
        (PERIOD, "sa2013-01-10", False),
        (PERIOD, "eb2013-01-21", True),
        (PERIOD, "eb2013-01-20", False),
        (PERIOD, "le2013-01-20", True),
        (OPEN, "gt2100", True),
        (OPEN, "eb2100", False),
        (OPEN, "lt2013-01-10", False),
        (DAY, "ap2013-01-14", True),
        (DAY, "ap2013-03", True),
        (DAY, "ap2030-01-14", False),
    ],
)
def test_dates_match(resource: dict[str, Any], value: str, expected: bool, finds: Finds) -> None:
    """Prefixes compare intervals by the precision on both sides."""
    assert finds(resource, f"date={value.replace('+', '%2B')}") is expected


def test_approximation_widens_by_a_tenth_of_the_distance() -> None:
    """`ap` allows a tenth of the time between the value and now."""
    assert approximate((1_000, 2_000), now=12_000) == (0, 3_000)
    assert approximate((22_000, 23_000), now=12_000) == (21_000, 24_000)
    assert approximate((1_000, 20_000), now=12_000) == (1_000, 20_000)


def test_what_dates_are_extracted(registry: SearchRegistry) -> None:
    """Periods keep open ends open; timings lie between their outer events."""
    values = registry.extract(OPEN).values["date"]
    assert [value["hi"] for value in values] == [LATEST]
    until = registry.extract(observation(effectivePeriod={"end": "2013"})).values["date"]
    assert [value["lo"] for value in until] == [EARLIEST]
    timing = observation(effectiveTiming={"event": ["2013-01-14", "2013-01-10"]})
    asked = Range("date", "eq", 1357776000000, 1358208000000)
    assert registry.extract(timing).values["date"] == [{"lo": asked.low, "hi": asked.high}]


@pytest.mark.parametrize(
    "effective",
    [
        {"effectiveDateTime": "yesterday"},
        {"effectivePeriod": {}},
        {"effectivePeriod": {"start": 5}},
        {"effectiveTiming": {"repeat": {"boundsDuration": {"value": 3}}}},
        {"effectiveDateTime": ["x", {}]},
    ],
)
def test_what_has_no_date_is_left_out(effective: dict[str, Any], registry: SearchRegistry) -> None:
    """A broken date is no value, and no error."""
    assert "date" not in registry.extract(observation(**effective)).values


@pytest.mark.parametrize("value", ["2013-13", "xx2013", "2013-02-30", "today", "gt", "2013-1-1"])
def test_refuses_what_is_no_date(value: str, finds: Finds) -> None:
    """A value that is no date is an error that names the parameter."""
    with pytest.raises(FhirError, match="date") as refused:
        finds(DAY, f"date={value}")
    assert refused.value.category is Category.INVALID
