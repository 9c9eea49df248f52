"""Existence."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import FhirPathError

Evaluate: TypeAlias = Callable[..., list[Any]]
Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_existence(check: Check, evaluate: Evaluate) -> None:
    """Existence functions look at the whole collection, or stop when they know."""
    check(
        {
            "name.exists(use = 'usual')": True,
            "name.exists($index = 2)": False,
            "photo.all(url.exists())": True,
            "name.all(given.exists())": True,
            "name.select(family.exists()).allTrue()": False,
            "name.select(family.exists()).anyTrue()": True,
            "name.select(family.exists()).allFalse()": False,
            "name.select(family.exists()).anyFalse()": True,
            "({}).allTrue()": True,
            "name.use.subsetOf('usual' | 'official' | 'old')": True,
            "name.use.supersetOf('usual' | 'old')": False,
            "name.use.combine(name.use).distinct()": ["official", "usual"],
            "name.use.combine(name.use).isDistinct()": False,
            "name.use.count()": 2,
            "id.count()": 1,
            "active.not()": False,
            "photo.not()": [],
        },
    )
    with pytest.raises(FhirPathError, match="booleans"):
        evaluate("name.use.allTrue()")
