"""References turned from one patient to another, and back."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cordee.operations.merging.redirection import redirected, restored
from cordee.resource.reference import references

SOURCE, TARGET = "Patient/a", "Patient/b"
WHO = st.sampled_from([SOURCE, TARGET, "Patient/c", "Practitioner/a", "Patient/a/_history/3", "#x"])
HOLDER = WHO.map(lambda text: {"reference": text})
TREES = st.recursive(
    HOLDER | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("uvwxyz"), inner, max_size=4)
    ),
    max_leaves=12,
)
RESOURCES = st.dictionaries(st.sampled_from("klmnop"), TREES, max_size=5).map(
    lambda tree: {"resourceType": "Basic", "id": "1"} | tree
)


def pointing(resource: dict[str, Any], text: str) -> list[str]:
    """Give the paths of references with a text."""
    return [path for path, holder in references(resource) if holder["reference"] == text]


@given(RESOURCES)
def test_a_redirection_leaves_nothing_and_changes_nothing_else(resource: dict[str, Any]) -> None:
    """All references to the source point to the target; the original is not touched."""
    before = copy.deepcopy(resource)
    made, count = redirected(resource, SOURCE, TARGET)
    assert resource == before
    assert count == len(pointing(before, SOURCE))
    assert pointing(made, SOURCE) == []
    assert len(pointing(made, TARGET)) == count + len(pointing(before, TARGET))


@given(RESOURCES)
def test_undoing_gives_the_very_same(resource: dict[str, Any]) -> None:
    """Without changes in between, what was comes back, and coming back twice changes nothing."""
    made, count = redirected(resource, SOURCE, TARGET)
    again, back, gone = restored(made, resource, SOURCE, TARGET)
    assert again == resource
    assert (back, gone) == (count, 0)
    assert restored(again, resource, SOURCE, TARGET)[0] == resource


@given(RESOURCES, st.randoms())
def test_no_reference_is_lost_when_lists_are_turned_about(
    resource: dict[str, Any], chance: Any
) -> None:
    """Entries added, or put in another order, take no reference from either patient."""
    made, count = redirected(resource, SOURCE, TARGET)
    _shuffle(made, chance)
    again, back, gone = restored(made, resource, SOURCE, TARGET)
    assert (back, gone) == (count, 0)
    assert len(pointing(again, SOURCE)) == count
    assert len(pointing(again, TARGET)) == len(pointing(resource, TARGET))


def test_what_was_taken_out_is_told() -> None:
    """A reference that somebody removed since is gone, and does not come back."""
    resource = {"resourceType": "Group", "member": [{"entity": {"reference": SOURCE}}]}
    assert restored({"resourceType": "Group"}, resource, SOURCE, TARGET)[1:] == (0, 1)


def test_a_fragment_and_a_version_stay() -> None:
    """A reference into the record keeps its fragment; one to a version states a fact."""
    resource = {
        "resourceType": "Basic",
        "subject": {"reference": f"{SOURCE}#name"},
        "author": {"reference": f"{SOURCE}/_history/2"},
    }
    made, count = redirected(resource, SOURCE, TARGET)
    assert count == 1
    assert made["subject"]["reference"] == f"{TARGET}#name"
    assert made["author"] == resource["author"]


def _shuffle(node: Any, chance: Any) -> None:
    if isinstance(node, list):
        if all(isinstance(item, dict) and set(item) == {"reference"} for item in node):
            chance.shuffle(node)
        for item in node:
            _shuffle(item, chance)
    elif isinstance(node, dict):
        for item in node.values():
            _shuffle(item, chance)
