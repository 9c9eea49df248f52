"""The plan on its line of time, and the board."""

from datetime import date

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
