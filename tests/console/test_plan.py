"""The plan on its line of time, and the board."""

from datetime import date
from typing import Any

from cordee.console.plan import board, states, timeline

TODAY = date(2026, 11, 22)


def test_bars_lie_between_their_days() -> None:
    """A task goes from its order to its term, before today; what comes later begins after it."""
    first = {"resourceType": "Task", "id": "1", "authoredOn": "2026-11-01", "description": "A"}
    second = {"resourceType": "Appointment", "id": "2", "start": "2026-12-01T10:00:00+01:00"}
    progress = {
        "parameter": [
            {
                "name": "activity",
                "part": [
                    {"name": "reference", "valueReference": {"reference": "Task/1"}},
                    {"name": "state", "valueCode": "late"},
                    {"name": "term", "valueDateTime": "2026-11-15"},
                ],
            }
        ]
    }
    drawn = timeline([second, first], states(progress), TODAY)
    assert [bar.reference for bar in drawn.bars] == ["Task/1", "Appointment/2"]
    assert (drawn.bars[0].state, drawn.bars[0].end) == ("late", "2026-11-15")
    assert drawn.bars[0].x + drawn.bars[0].width < drawn.today < drawn.bars[1].x


def test_what_progress_does_not_speak_of_has_a_state() -> None:
    """By its term and status: late, due soon, done; nobody is asked of whom the visit is about."""

    def task(id: str, end: str, status: str = "requested") -> dict[str, Any]:
        period = {"period": {"start": "2026-11-01", "end": end}}
        return {"resourceType": "Task", "id": id, "status": status, "restriction": period}

    visit = {
        "resourceType": "Appointment",
        "id": "visit",
        "start": "2026-11-02T10:00:00+01:00",
        "participant": [
            {"actor": {"reference": "Patient/1", "display": "Jeanne"}},
            {"actor": {"reference": "PractitionerRole/1", "display": "Jean"}},
        ],
    }
    late, soon = task("late", "2026-11-20"), task("soon", "2026-11-25")
    done, later = task("done", "2026-11-20", "completed"), task("later", "2026-12-30")
    drawn = timeline([late, soon, done, later, visit], {}, TODAY)
    states = {bar.reference.partition("/")[2]: bar.state for bar in drawn.bars}
    expected = {"late": "late", "soon": "due", "done": "done", "later": "open", "visit": "open"}
    assert states == expected
    assert {bar.who for bar in drawn.bars} == {"", "Jean"}


def test_what_has_no_day_is_not_drawn() -> None:
    """A line of time without days has no bars, and still a today."""
    drawn = timeline([{"resourceType": "Goal", "id": "1"}], {}, TODAY)
    assert drawn.bars == ()
    assert 0 < drawn.today < 1000


def test_cards_stand_in_the_column_of_their_status() -> None:
    """Referrals and tasks are sorted by status; urgent ones are known."""
    columns = board(
        [
            {"resourceType": "ServiceRequest", "id": "1", "status": "active", "priority": "urgent"},
            {"resourceType": "Task", "id": "2", "status": "requested"},
            {"resourceType": "Task", "id": "3", "status": "in-progress"},
            {"resourceType": "Task", "id": "4", "status": "rejected"},
        ]
    )
    found = {name: [card.reference for card in cards] for name, cards in columns.items()}
    assert found == {
        "asked": ["Task/2"],
        "accepted": ["ServiceRequest/1"],
        "going": ["Task/3"],
        "done": ["Task/4"],
    }
    assert columns["accepted"][0].urgent


def test_a_long_plan_names_few_months() -> None:
    """Nineteen months are named one in three, so that no name runs into the next."""
    task = {
        "resourceType": "Task",
        "id": "1",
        "restriction": {"period": {"start": "2025-05-02", "end": "2026-11-30"}},
    }
    drawn = timeline([task], {}, TODAY)
    months = "2025-06 2025-09 2025-12 2026-03 2026-06 2026-09 2026-12"
    assert " ".join(month for _, month in drawn.ticks) == months
