"""Which slots an agenda's rules make where they meet."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coordination.agenda.writing import HOLIDAYS, availability, schedule, service
from cordee.coordination.agenda.slots import followed
from cordee.errors import FhirError

PARIS = ZoneInfo("Europe/Paris")
DAY = "2026-11-11"
"""Armistice day."""


def rule(start: str, end: str, kind: str = "free", priority: int | None = None) -> dict[str, Any]:
    return availability(f"{DAY}T{start}+01:00", f"{DAY}T{end}+01:00", kind, priority=priority)


def made(*extensions: dict[str, Any], minutes: int = 30) -> list[str]:
    """When the slots of that day begin."""
    agenda = schedule(*extensions, service(minutes))
    since, before = (datetime(2026, 11, day, tzinfo=PARIS) for day in (11, 12))
    return [slot["start"][11:16] for slot in followed(agenda, [], PARIS, since, before)]


@pytest.mark.parametrize(
    ("opening", "closure", "stays"),
    [
        (None, None, False),
        (1, None, True),
        (2, 2, False),
        (1, 2, True),
        (2, 1, False),
        (0, 9, False),
    ],
)
def test_the_higher_priority_holds(opening: int | None, closure: int | None, stays: bool) -> None:
    """One is the highest, none or 0 the lowest; of equals the closure."""
    found = made(
        rule("09:00", "11:00", priority=opening),
        rule("09:30", "10:30", "busy-unavailable", closure),
    )
    assert found == ["09:00", *(["09:30", "10:00"] if stays else []), "10:30"]


def test_an_exception_to_an_exception() -> None:
    """An opening of its own within a closure is open, and only that."""
    found = made(
        rule("09:00", "12:00"),
        rule("09:00", "11:30", "busy-unavailable"),
        rule("10:00", "10:30", priority=1),
    )
    assert found == ["10:00", "11:30"]


def test_a_public_holiday_gives_way_to_who_states_a_priority() -> None:
    """Who works on that day says so."""
    place = {"url": HOLIDAYS, "valueCode": "FR"}
    assert made(rule("09:00", "10:00"), place) == []
    assert made(rule("09:00", "10:00", priority=5), place) == ["09:00", "09:30"]


def test_openings_that_meet_are_cut_by_the_higher_priority() -> None:
    """The other one fills what is left, and no slot is over another."""
    found = made(rule("09:00", "11:00"), rule("09:15", "10:15", priority=1))
    assert found == ["09:15", "09:45", "10:30"]
    assert made(rule("09:00", "10:00"), rule("09:00", "10:30")) == ["09:00", "09:30", "10:00"]


def test_a_priority_is_a_number() -> None:
    """Anything else is refused, naming the element."""
    wrong = rule("09:00", "10:00")
    wrong["extension"].append({"url": "priority", "valueString": "high"})
    with pytest.raises(FhirError) as caught:
        made(wrong)
    assert caught.value.expression == "Schedule.extension"
