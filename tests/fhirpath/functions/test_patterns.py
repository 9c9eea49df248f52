"""Regular expressions."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import BudgetError, FhirPathError
from cordee.fhirpath.functions.patterns import expanded_size

Evaluate: TypeAlias = Callable[..., list[Any]]


def test_patterns_cannot_hang(evaluate: Evaluate) -> None:
    """A pattern that takes too long ends in an error."""
    with pytest.raises(BudgetError, match="seconds"):
        evaluate("'" + "a" * 60 + "!'.matches('^(a|a|aa)+$')")


@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        ("abc", 3),
        ("a{3}", 3),
        ("(ab){2,5}c", 7),
        ("[a-z{9}]{4}", 4),
        (r"\{5\}a{,300000}", 4),
        ("((a{1000}){1000}){1000}", 1_001_001_000),
        ("a)b{2}", 4),
    ],
)
def test_counted_repeats_are_counted(pattern: str, size: int) -> None:
    """The size of a pattern is that with its repeats written out."""
    assert expanded_size(pattern) == size


def test_patterns_cannot_fill_the_memory(evaluate: Evaluate) -> None:
    """A pattern that would be enormous inside is refused before it is compiled."""
    with pytest.raises(FhirPathError, match="too large"):
        evaluate("'a'.matches('((a{1000}){1000}){1000}')")
    with pytest.raises(FhirPathError, match="too large"):
        evaluate("'a'.matches('" + "a" * 6000 + "')")
