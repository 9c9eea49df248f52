"""When an agenda is open, in the time of the clock on the wall."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coordination.agenda.writing import HOLIDAYS, availability, schedule
from cordee.coordination.agenda.availability import closures, has_openings, openings
from cordee.coordination.agenda.public_holiday import public_holidays
from cordee.errors import FhirError

PARIS, REUNION = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")
MORNING = ("2026-01-05T09:00:00+01:00", "2026-01-05T12:00:00+01:00")
"""A Monday."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def opened(
    *extensions: dict[str, Any], since: str, before: str, zone: ZoneInfo = PARIS
) -> list[str]:
    """When an agenda is open, in the time of its place."""
    spans = openings(schedule(*extensions), zone, moment(since), moment(before))
    return [
        f"{start.astimezone(zone):%m-%d %H:%M}-{end.astimezone(zone):%H:%M}"
        for (start, end), _ in spans
    ]


def test_nine_o_clock_stays_nine_o_clock() -> None:
    """Every Monday morning, whether clocks changed since or not; elsewhere they do not."""
    weekly = availability(*MORNING, freq="WEEKLY", byDay=["MO"])
    spans = openings(schedule(weekly), PARIS, moment("2026-03-22"), moment("2026-04-01"))
    assert [start.hour for (start, _), _ in spans] == [8, 7]
    assert opened(weekly, since="2026-10-19", before="2026-10-27") == [
        "10-19 09:00-12:00",
        "10-26 09:00-12:00",
    ]
    away = openings(schedule(weekly), REUNION, moment("2026-03-22"), moment("2026-04-01"))
    assert [start.hour for (start, _), _ in away] == [8, 8]


def test_a_night_is_as_long_as_the_clocks_make_it() -> None:
    """From one to five it is three hours in March and five in October."""
    night = availability(
        "2026-03-01T01:00:00+01:00", "2026-03-01T05:00:00+01:00", freq="WEEKLY", byDay=["SU"]
    )
    for since, before, hours in (
        ("2026-03-27", "2026-03-30", 3),
        ("2026-10-23", "2026-10-26", 5),
        ("2026-11-06", "2026-11-09", 4),
    ):
        [((start, end), _)] = openings(schedule(night), PARIS, moment(since), moment(before))
        assert (end - start).total_seconds() / 3600 == hours


def test_a_time_that_clocks_leave_out_comes_later() -> None:
    """Half past two on the day the clocks go forward is half past three."""
    early = availability("2026-03-28T02:30:00+01:00", "2026-03-28T04:00:00+01:00", freq="DAILY")
    assert opened(early, since="2026-03-29", before="2026-03-29T12:00:00") == ["03-29 03:30-04:00"]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ({"freq": "WEEKLY", "byDay": ["tue", "TH"]}, ["01-06", "01-08", "01-13", "01-15"]),
        ({"freq": "WEEKLY", "interval": 2}, ["01-05", "01-19"]),
        ({"freq": "DAILY", "count": 3}, ["01-05", "01-06", "01-07"]),
        ({"freq": "DAILY", "until": "2026-01-06"}, ["01-05", "01-06"]),
        ({"freq": "MONTHLY", "byDay": ["2WE"]}, ["01-14"]),
        ({"freq": "MONTHLY", "byMonthDay": [9, -1]}, ["01-09"]),
        ({"freq": "YEARLY", "byMonth": [2], "byMonthDay": [30]}, []),
        ({"freq": "YEARLY", "byMonth": [2], "byMonthDay": [30], "count": 1}, []),
        ({"freq": "DAILY", "byDay": ["WE"]}, ["01-07", "01-14"]),
    ],
)
def test_rules_recur_as_the_rfc_says(rule: dict[str, Any], days: list[str]) -> None:
    """Also those that never occur come to an end."""
    found = opened(availability(*MORNING, **rule), since="2026-01-01", before="2026-01-17")
    expected = [day for day in days if day < "01-17"]
    assert [one[:5] for one in found] == expected


@pytest.mark.parametrize(
    "extension",
    [
        availability(*MORNING, freq="SECONDLY"),
        availability(*MORNING, freq="WEEKLY", byHour=[1]),
        availability(*MORNING, freq="WEEKLY", byDay=["XX"]),
        availability(*MORNING, freq="WEEKLY", interval=0),
        availability(*MORNING, freq="WEEKLY", count=-1),
        availability(*MORNING, freq="DAILY", byMonthDay=[30], byMonth=[2]),
        availability(*MORNING, freq="DAILY", byDay=["TU"], interval=7),
        availability(*MORNING, freq="MONTHLY", byMonthDay=[40]),
        availability(*MORNING, kind="maybe"),
        availability(*reversed(MORNING)),
        availability("2026-01-05", "2026-01-09"),
        availability("1900-01-01T09:00:00Z", "1900-01-01T10:00:00Z", freq="DAILY"),
    ],
)
def test_a_rule_without_a_meaning_is_refused(extension: dict[str, Any]) -> None:
    """The error names the element."""
    with pytest.raises(FhirError) as caught:
        openings(schedule(extension), PARIS, moment("2026-01-01"), moment("2026-02-01"))
    assert caught.value.expression == "Schedule.extension"


def test_closures_are_days_and_public_holidays() -> None:
    """A day that ends a closure belongs to it; holidays are those of the agenda's place."""
    away = availability("2026-12-21", "2026-12-23", kind="busy-unavailable")
    place = {"url": HOLIDAYS, "valueCode": "FR-67"}
    spans = closures(schedule(away, place), PARIS, moment("2026-12-01"), moment("2026-12-31"))
    days = [(start.astimezone(PARIS).day, (end - start).days) for (start, end), _ in spans]
    assert days[0] == (21, 3)
    assert {25, 26} <= {day for day, length in days if length == 1}
    nowhere = schedule({"url": HOLIDAYS, "valueCode": "XX"})
    with pytest.raises(FhirError):
        closures(nowhere, PARIS, moment("2026-12-01"), moment("2026-12-31"))


def test_public_holidays_of_a_year() -> None:
    """Eleven in France, thirteen where the local law has two more."""
    found = public_holidays(2027, "FR")
    moving = {date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17)}
    assert moving < found
    assert len(found) == 11
    more = public_holidays(2027, "FR-57") - found
    assert more == {date(2027, 3, 26), date(2027, 12, 26)}


def test_an_agenda_out_of_use_has_no_openings() -> None:
    """Nor has one that only says when it is closed."""
    free = availability(*MORNING)
    assert has_openings(schedule(free))
    assert not has_openings(schedule(free, active=False))
    assert not has_openings(schedule(availability(*MORNING, kind="busy-unavailable")))
    assert not has_openings(None)
