"""The synthetic territory."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from cordee.cli.territory.territory import territory
from cordee.resource.check_digits import is_ins, is_luhn

TODAY = date(2026, 9, 1)


@pytest.fixture(scope="module")
def resources() -> list[dict[str, Any]]:
    return list(territory(60, seed=7, today=TODAY))


def test_the_same_seed_gives_the_same_territory(resources: list[dict[str, Any]]) -> None:
    """Two runs with one seed are equal; another seed differs."""
    assert list(territory(60, seed=7, today=TODAY)) == resources
    assert list(territory(60, seed=8, today=TODAY)) != resources


def test_every_insured_number_has_its_key(resources: list[dict[str, Any]]) -> None:
    """Every patient carries a test INS whose key is right, Corsican births included."""
    patients = [one for one in resources if one["resourceType"] == "Patient"]
    values = [patient["identifier"][0]["value"] for patient in patients]
    assert len(values) == 60
    assert all(is_ins(value) for value in values)
    assert any(value[5:7] in {"2A", "2B"} for value in values)


def test_every_professional_has_a_valid_rpps(resources: list[dict[str, Any]]) -> None:
    """RPPS numbers end in their Luhn digit and the national id is 8 and the RPPS."""
    people = [one for one in resources if one["resourceType"] == "Practitioner"]
    for person in people:
        national, rpps = (identifier["value"] for identifier in person["identifier"])
        assert is_luhn(rpps)
        assert national == f"8{rpps}"


def test_every_reference_points_to_an_earlier_or_later_resource(
    resources: list[dict[str, Any]],
) -> None:
    """Nothing refers outside the territory."""
    known = {f"{one['resourceType']}/{one['id']}" for one in resources}
    assert len(known) == len(resources)
    assert {name.partition("/_history/")[0] for name in _references(resources)} <= known


def test_each_patient_has_one_circle(resources: list[dict[str, Any]]) -> None:
    """A circle is unique to its patient and holds a GP, a nurse and a coordinator at least."""
    circles = [one for one in resources if one["resourceType"] == "CareTeam"]
    subjects = Counter(circle["subject"]["reference"] for circle in circles)
    assert set(subjects.values()) == {1}
    assert all(len(circle["participant"]) >= 3 for circle in circles)


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for child in node for found in _references(child)]
    if not isinstance(node, dict):
        return []
    own = [node["reference"]] if isinstance(node.get("reference"), str) else []
    return own + [found for child in node.values() for found in _references(child)]
