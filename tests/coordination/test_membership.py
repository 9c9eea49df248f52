"""Members come, go and come back, and every stay is kept."""

from typing import Any

import pytest

from cordee.coordination.membership import joined, left
from cordee.errors import Category, FhirError

NURSE = {"reference": "PractitionerRole/nurse"}


def team(*stays: tuple[str, str | None], **more: Any) -> dict[str, Any]:
    """A team in which the nurse had these stays."""
    rows = [
        {"member": NURSE, "period": {"start": start} | ({"end": end} if end else {})}
        for start, end in stays
    ]
    return {"resourceType": "CareTeam", "status": "active", "participant": rows} | more


def periods(found: dict[str, Any]) -> list[dict[str, str]]:
    """The stays that a team keeps."""
    return [stay["period"] for stay in found["participant"]]


def test_a_member_joins_leaves_and_returns() -> None:
    """Each stay is a participant of its own."""
    came = joined(team(), NURSE, "2026-01-05", {"role": [{"text": "infirmière"}]})
    gone = left(came, NURSE, "2026-02-01T10:00:00Z")
    back = joined(gone, NURSE, "2026-03-01", {})
    assert periods(back) == [
        {"start": "2026-01-05", "end": "2026-02-01T10:00:00Z"},
        {"start": "2026-03-01"},
    ]
    assert back["participant"][0]["role"] == [{"text": "infirmière"}]


def test_who_takes_part_already_stays_as_they_are() -> None:
    """Joining twice is joining once; so is leaving."""
    there = team(("2026-01-05", None))
    assert joined(there, NURSE, "2026-06-01", {}) is there
    gone = left(there, NURSE, "2026-02-01")
    assert left(gone, NURSE, "2026-05-01") == gone


def test_leaving_sooner_than_planned_shortens_the_stay() -> None:
    """An end that was foreseen gives way to an earlier one."""
    found = left(team(("2026-01-05", "2026-12-31")), NURSE, "2026-03-01")
    assert periods(found) == [{"start": "2026-01-05", "end": "2026-03-01"}]


def test_others_are_left_alone() -> None:
    """Only the member named leaves."""
    there = team(("2026-01-05", None))
    there["participant"].append({"member": {"reference": "RelatedPerson/son"}})
    assert left(there, NURSE, "2026-02-01")["participant"][1] == there["participant"][1]


@pytest.mark.parametrize(
    ("change", "category"),
    [
        (lambda: left(team(), NURSE, "2026-01-01"), Category.UNPROCESSABLE),
        (lambda: left(team(("2026-03-01", None)), NURSE, "2026-01-01"), Category.UNPROCESSABLE),
        (lambda: joined(team(("2026-03-01", None)), NURSE, "2026-01", {}), Category.UNPROCESSABLE),
        (lambda: joined(team(status="inactive"), NURSE, "2026-01", {}), Category.UNPROCESSABLE),
        (lambda: joined(team(), NURSE, "tomorrow", {}), Category.INVALID),
    ],
    ids=["leave unknown", "leave before start", "join before a stay", "join closed", "no date"],
)
def test_what_makes_no_sense_is_refused(change: Any, category: Category) -> None:
    """A stay that ends before it begins, or a closed team, is an error that says so."""
    with pytest.raises(FhirError) as error:
        change()
    assert error.value.category is category
