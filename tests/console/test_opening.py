"""Who opened a record, as its page sums it up."""

from typing import Any
from zoneinfo import ZoneInfo

from cordee.console.opening import openings

PARIS = ZoneInfo("Europe/Paris")


def event(who: str, moment: str, act: str = "read", **more: Any) -> dict[str, Any]:
    """An AuditEvent as the server writes them."""
    return {
        "resourceType": "AuditEvent",
        "id": moment,
        "recorded": moment,
        "action": "R",
        "outcome": "0",
        "subtype": [{"code": act}],
        "agent": [{"who": {"display": "Cordée"}}, {"requestor": True, "who": {"display": who}}],
    } | more


def test_a_person_stands_once_a_day() -> None:
    """With the last moment, how often they did what, and what was refused; the newest first."""
    named = {"entity": [{"name": "$dossier"}]}
    found = openings(
        [
            event("Jeanne", "2026-11-22T09:00:00Z"),
            event("Jeanne", "2026-11-22T08:00:00Z", outcome="4"),
            event("nobody known", "2026-11-22T07:00:00Z", "operation", **named),
            event("Jeanne", "2026-11-21T23:30:00Z"),
            event("Jeanne", "2026-11-21T22:30:00Z"),
        ],
        PARIS,
    )
    assert [(one.who, dict(one.acts), one.refused) for one in found] == [
        ("Jeanne", {"read": 2}, 1),
        ("", {"$dossier": 1}, 0),
        ("Jeanne", {"read": 1}, 0),
    ]
    assert found[0].moment == "2026-11-22T09:00:00Z"


def test_the_software_stands_beside_the_person() -> None:
    """Where the audit names it."""
    (found,) = openings([event("Jeanne, through Logiciel", "2026-11-22T09:00:00Z")])
    assert (found.who, found.client) == ("Jeanne", "Logiciel")


def test_a_broken_glass_is_told_with_its_reason() -> None:
    """Whoever broke the glass, on the event or by its agent."""
    glass = {"coding": [{"code": "BTG"}], "text": "coma"}
    (found,) = openings([event("Jeanne", "2026-11-22T09:00:00Z", purposeOfEvent=[glass])])
    assert found.emergency == "coma"
