"""Filters over code systems with words and a case of their own."""

from typing import Any

from cordee.definitions.repository import Repository
from cordee.terminology import ExpandOptions, Terminology
from terminology.conftest import FREE, filtered, free, value_set


def _codes(terminology: Terminology, include: dict[str, Any]) -> list[str]:
    found = terminology.expand(value_set("x", include), ExpandOptions(exclude_nested=True))
    return [member.code for member in found.members]


def test_properties_are_known_by_their_uri(repository: Repository) -> None:
    """What the specification calls inactive, notSelectable and parent may have another code."""
    repository.add(free())
    terminology = Terminology(repository)
    found = terminology.expand(value_set("x", {"system": FREE})).members
    assert [(row.code, row.abstract) for row in found] == [("Top", True)]
    below = [(row.code, row.inactive) for row in found[0].contains]
    assert below == [("A", False), ("B", True)]
    assert _codes(terminology, filtered("hors", "=", "true", FREE)) == ["B"]
    assert _codes(terminology, filtered("inactive", "=", "true", FREE)) == ["B"]


def test_lists_mind_case_as_their_system_does(repository: Repository) -> None:
    """Where case does not matter, it does not matter in a list of codes either."""
    repository.add(free())
    terminology = Terminology(repository)
    assert _codes(terminology, filtered("concept", "in", "a,TOP", FREE)) == ["Top", "A"]
    assert _codes(terminology, filtered("concept", "not-in", "a,TOP", FREE)) == ["B"]
    assert _codes(terminology, filtered("concept", "in", "RED")) == []
