"""What is heard of mails makes the status of the message, in whatever order it is heard."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cordee.bridges.mssante.tracking import Delivery, State, deliveries, follow, put

MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIME = "2026-11-22T11:00:00.000Z"


def message(*states: State) -> dict[str, Any]:
    """Make a message with a delivery in each state; the first one is called 0."""
    made: dict[str, Any] = {"resourceType": "Communication", "status": "preparation"}
    for number, state in enumerate(states):
        made = put(made, Delivery(f"{number}@x.fr", str(number), state, TIME, "Practitioner/1"))
    return made


def test_deliveries_are_read_as_they_were_written() -> None:
    """Beside other extensions, which stay."""
    other = {"url": "http://example.org/other", "valueString": "x"}
    made = message("queued") | {}
    made["extension"] = [other, *made["extension"]]
    (row,) = deliveries(made)
    assert row == Delivery("0@x.fr", "0", "queued", TIME, "Practitioner/1")
    followed = follow(made, "0", "sent", MOMENT)
    assert followed is not None
    assert followed["extension"][0] == other


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (("queued",), "in-progress"),
        (("sent",), "in-progress"),
        (("delayed",), "in-progress"),
        (("relayed",), "completed"),
        (("delivered",), "completed"),
        (("failed",), "not-done"),
        (("failed", "read"), "completed"),
        (("failed", "refused"), "not-done"),
        (("failed", "queued"), "in-progress"),
    ],
)
def test_the_status_follows_from_the_deliveries(states: tuple[State, ...], status: str) -> None:
    """Over when no more is to be heard, undone when all is lost."""
    made = message(*states)
    assert made["status"] == status
    assert ("statusReason" in made) == bool({"failed", "refused"} & {*states})


def test_what_comes_late_or_twice_changes_nothing() -> None:
    """A delivery never goes back; another mail's news is not this one's."""
    read = follow(message("sent"), "0", "read", MOMENT)
    assert read is not None
    assert read["received"] == "2026-11-22T12:00:00.000Z"
    assert follow(read, "0", "delivered", MOMENT) is None
    assert follow(read, "0", "read", MOMENT) is None
    assert follow(read, "1", "failed", MOMENT) is None


def test_what_is_sent_again_begins_anew() -> None:
    """The reason of the failure goes."""
    failed = follow(message("queued"), "0", "failed", MOMENT, "550 unknown")
    assert failed is not None
    assert failed["statusReason"]["text"] == "0@x.fr: 550 unknown"
    assert "sent" not in failed
    again = follow(failed, "0", "sent", MOMENT, anew=True)
    assert again is not None
    assert "statusReason" not in again
    assert again["sent"]
