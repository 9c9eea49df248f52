"""The care circle on the page."""

from typing import Any

from cordee.console.circle import NODE, STEP, drawing, members

KNOWN: dict[str, dict[str, Any]] = {
    "PractitionerRole/1": {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": "Practitioner/1"},
        "organization": {"reference": "Organization/1"},
        "code": [{"text": "Infirmier"}],
    },
    "Practitioner/1": {
        "resourceType": "Practitioner",
        "name": [{"family": "Brun", "given": ["A"]}],
    },
    "Organization/1": {"resourceType": "Organization", "name": "SSIAD"},
}


def _team(*participants: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "CareTeam", "status": "active", "participant": list(participants)}


def test_members_have_name_role_and_structure_from_their_resources() -> None:
    """What a reference does not display is read where it leads."""
    [one] = members([_team({"member": {"reference": "PractitionerRole/1"}})], KNOWN, "2026-11-22")
    assert (one.name, one.role, one.structure) == ("A Brun", "Infirmier", "SSIAD")
    assert one.active


def test_who_left_is_past_unless_they_came_back() -> None:
    """A participation that ended is past; a new one of the same person counts more."""
    left = {"member": {"display": "A"}, "period": {"end": "2026-11-21"}}
    back = {"member": {"display": "B"}, "period": {"start": "2026-11-22"}}
    gone = {"member": {"display": "B"}, "period": {"end": "2026-01-01"}}
    found = members([_team(left, gone, back)], {}, "2026-11-22")
    assert [(one.name, one.active) for one in found] == [("B", True), ("A", False)]


def test_everybody_is_within_the_drawing() -> None:
    """Members of small and of crowded circles stay on the sheet; no label lies over another."""
    for count in (0, 1, 2, 7, 15, 24):
        people = [{"member": {"display": f"P{number}"}} for number in range(count)]
        drawn = drawing(members([_team(*people)], {}, "2026-11-22"))
        assert len(drawn.nodes) == count
        for node in drawn.nodes:
            assert NODE <= node.x <= drawn.width - NODE
            assert NODE <= node.y <= drawn.height - NODE
        labels = [(node.anchor, node.label_y) for node in drawn.nodes]
        apart = [abs(a[1] - b[1]) for a in labels for b in labels if a < b and a[0] == b[0]]
        assert min(apart, default=STEP) >= STEP
