"""Regular expressions."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import BudgetError

Evaluate: TypeAlias = Callable[..., list[Any]]


def test_patterns_cannot_hang(evaluate: Evaluate) -> None:
    """A pattern that takes too long ends in an error."""
    with pytest.raises(BudgetError, match="seconds"):
        evaluate("'" + "a" * 60 + "!'.matches('^(a|a|aa)+$')")
