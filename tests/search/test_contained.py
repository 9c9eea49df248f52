"""Chains into contained resources."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.search.matching import matches
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry


@pytest.fixture(scope="module")
def registry() -> SearchRegistry:
    """The parameters of the definitions we ship."""
    return SearchRegistry(Repository.load())


def document(**more: Any) -> dict[str, Any]:
    """A document whose author is a contained role of a contained person."""
    return {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "contained": [
            {
                "resourceType": "PractitionerRole",
                "id": "role",
                "identifier": [{"system": "urn:a", "value": "1"}],
                "practitioner": {"reference": "#doctor"},
            },
            {"resourceType": "Practitioner", "id": "doctor", "name": [{"family": "Leclerc"}]},
            {"resourceType": "Practitioner", "id": "signer", "name": [{"family": "Morel"}]},
            {
                "resourceType": "Patient",
                "id": "person",
                "identifier": [{"system": "urn:ins", "value": "2"}],
            },
        ],
        "author": [{"reference": "#role"}, {"reference": "#person"}],
        "authenticator": {"reference": "#signer"},
    } | more


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("author.identifier=urn:a|1", True),
        ("author.identifier=urn:b|1", False),
        ("author:PractitionerRole.identifier=1", True),
        ("author:Practitioner.identifier=1", False),
        ("author:PractitionerRole.practitioner.family=leclerc", True),
        ("author:PractitionerRole.practitioner.family=morel", False),
        ("authenticator:Practitioner.family=morel", True),
        ("author:Practitioner.family=morel", False),
        ("author:Patient.identifier=urn:ins|2", False),
        ("author:PractitionerRole.identifier:not=7", False),
        ("author:PractitionerRole._id=role", False),
    ],
)
def test_chains_lead_into_what_is_contained(
    registry: SearchRegistry, query: str, found: bool
) -> None:
    """Who made a document is found inside it, under their own type and role, patients apart."""
    name, _, value = query.partition("=")
    asked = parse_query(registry, "DocumentReference", [(name, value)], "strict")
    # What only the store could tell does not count here.
    assert bool(matches(asked.filter, registry.extract(document()))) is found


@pytest.mark.parametrize(
    "broken",
    [
        {"contained": "no list"},
        {"contained": [None, 1, {"id": "role"}, {"resourceType": "Odd", "id": "role"}]},
        {"author": "no list"},
        {"author": [None, {"reference": 7}, {"reference": "#nobody"}]},
        {"contained": [{"resourceType": "Practitioner", "id": "role", "practitioner": 3}]},
    ],
    ids=["contained", "rows", "author", "references", "elements"],
)
def test_whatever_is_written_is_extracted(registry: SearchRegistry, broken: Any) -> None:
    """However badly made a document is, its other values are found."""
    values = registry.extract(document(**broken)).values
    assert values["status"] == [{"v": "current"}]


def test_a_role_may_contain_itself(registry: SearchRegistry) -> None:
    """Contained resources that refer to each other do not lead in circles."""
    circle = [
        {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "#role"}}
    ]
    assert (
        "author:PractitionerRole:practitioner"
        in registry.extract(document(contained=circle)).values
    )
