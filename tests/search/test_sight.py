"""Filters on marks and traits, compiled."""

from hypothesis import given
from hypothesis import strategies as st

from cordee.search.filter import AllOf, AnyOf, Filter, Marked, Not, TraitBetween, Traits, TypeIs
from cordee.search.matching import matches
from cordee.search.sight import sight
from cordee.search.values import Extraction

NAMES = st.frozensets(st.sampled_from("abcd"), max_size=3)
LEAVES: st.SearchStrategy[Filter] = st.one_of(
    st.builds(Marked, NAMES),
    st.builds(Traits, NAMES),
    st.builds(TraitBetween, st.sampled_from("ab"), st.sampled_from("cd"), NAMES),
    st.builds(TypeIs, st.sampled_from([("Task",), ("Flag", "Task"), ("Flag",), ()])),
)


def _joined(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(AllOf, several), st.builds(AnyOf, several))


@given(st.recursive(LEAVES, _joined, max_leaves=8), NAMES, NAMES)
def test_it_decides_as_the_tree_does(
    filter: Filter, marks: frozenset[str], traits: frozenset[str]
) -> None:
    """Whatever the filter and the row, compiled and read anew give the same."""
    row = Extraction({}, type="Task", marks=tuple(marks), traits=tuple(traits))
    assert sight(filter, "Task")(sorted(marks), sorted(traits)) is matches(filter, row)
