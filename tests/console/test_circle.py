"""The care circle on the page."""

from typing import Any

from cordee.console.circle import HEIGHT, WIDTH, drawing, members

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
    """Nodes of small and of crowded circles stay on the sheet and apart."""
    for count in (1, 7, 24):
        people = [{"member": {"display": f"P{number}"}} for number in range(count)]
        nodes = drawing(members([_team(*people)], {}, "2026-11-22"))
        assert all(27 <= node.x <= WIDTH - 27 and 27 <= node.y <= HEIGHT - 27 for node in nodes)
        places = [(node.x, node.y) for node in nodes]
        apart = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for a in places for b in places if a != b]
        assert min(apart, default=99) > 40
