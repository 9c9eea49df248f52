"""Subsetting."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import FhirPathError

Evaluate: TypeAlias = Callable[..., list[Any]]
Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_subsetting(check: Check, evaluate: Evaluate) -> None:
    """Subsets count from zero, and outside there is nothing."""
    check(
        {
            "(1|2|3).first()": 1,
            "(1|2|3).last()": 3,
            "(1|2|3).tail()": [2, 3],
            "(1|2|3).skip(2)": 3,
            "(1|2|3).skip(-1)": [1, 2, 3],
            "(1|2|3).take(2)": [1, 2],
            "(1|2|3).take(-1)": [],
            "(1|2|3)[3]": [],
            "(1|2|3)[-1]": [],
            "(1).single()": 1,
            "(1|2|2.0).intersect(2|1)": [1, 2],
            "(1|2|3).exclude(2)": [1, 3],
            "photo.last()": [],
        },
    )
    with pytest.raises(FhirPathError, match="one item"):
        evaluate("(1|2).single()")
