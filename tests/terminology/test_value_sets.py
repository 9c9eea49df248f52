"""Value sets compiled once."""

from cordee.definitions.repository import Repository
from cordee.terminology.code_systems import CodeSystems
from cordee.terminology.value_sets import ValueSets
from terminology.conftest import COLOURS, VALUE_SET, filtered, value_set


def test_a_value_set_that_is_held_is_compiled_once(repository: Repository) -> None:
    """Given as a resource it is what its canonical names, unless it says something else."""
    held = value_set("x", {"system": COLOURS}, version="1")
    repository.add(held)
    sets = ValueSets(repository, CodeSystems(repository))
    assert sets.compile(dict(held)) is sets.find(VALUE_SET + "x|1")
    other = sets.compile(value_set("x", filtered("code", "=", "red"), version="1"))
    assert [entry.code for entry in other.entries()] == ["red"]
