"""A filter on marks and traits compiled to a test, for many rows that are judged one after another.

It decides as `search.matching` does, which reads the tree anew for each.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from cordee.search.filter import (
    AllOf,
    AnyOf,
    Filter,
    Marked,
    Not,
    TraitBetween,
    Traits,
    TypeIs,
)

Seeing: TypeAlias = Callable[[Iterable[str], Iterable[str]], bool]
"""(marks, traits) of a row → whether it is let through."""


def sight(filter: Filter, type: str) -> Seeing:
    """Compile a filter for rows of a type. Raises KeyError for what looks at anything else."""
    return _NODES[filter.__class__](filter, type)


def _all(filter: AllOf, type: str) -> Seeing:
    tests = [sight(child, type) for child in filter.children]
    if len(tests) == 2:  # the people, and the labels: nearly always
        one, other = tests
        return lambda marks, traits: one(marks, traits) and other(marks, traits)
    return lambda marks, traits: all(test(marks, traits) for test in tests)


def _any(filter: AnyOf, type: str) -> Seeing:
    tests = [sight(child, type) for child in filter.children]
    return lambda marks, traits: any(test(marks, traits) for test in tests)


def _not(filter: Not, type: str) -> Seeing:
    test = sight(filter.child, type)
    return lambda marks, traits: not test(marks, traits)


def _marked(filter: Marked, _type: str) -> Seeing:
    lacks = filter.marks.isdisjoint
    return lambda marks, _traits: not lacks(marks)


def _traits(filter: Traits, _type: str) -> Seeing:
    lacks = filter.traits.isdisjoint
    return lambda _marks, traits: not lacks(traits)


def _between(filter: TraitBetween, _type: str) -> Seeing:
    low, high, besides = filter.low, filter.high, filter.besides
    return lambda _marks, traits: any(
        low <= trait < high and trait not in besides for trait in traits
    )


def _type_is(filter: TypeIs, type: str) -> Seeing:
    found = type in filter.types
    return lambda _marks, _traits: found


_NODES: dict[type[Filter], Callable[[Any, str], Seeing]] = {
    AllOf: _all,
    AnyOf: _any,
    Not: _not,
    Marked: _marked,
    Traits: _traits,
    TraitBetween: _between,
    TypeIs: _type_is,
}
