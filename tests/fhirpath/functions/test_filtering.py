"""Filtering and projection."""

from collections.abc import Callable
from typing import Any, TypeAlias

Evaluate: TypeAlias = Callable[..., list[Any]]
Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_filtering(check: Check) -> None:
    """Filters and projections keep order, types and `$index`."""
    check(
        {
            "name.where($index = 1).use": "usual",
            "name.select(given.first() & '-' & $index.toString())": ["Peter-0", "Jim-1"],
            "name.where(name.exists())": [],
            "(1 | 2 | 3).where($this > 1).select($this * 2)": [4, 6],
            "name.repeat(given)": ["Peter", "James", "Jim"],
            "({}).select(1)": [],
            "({}).where(true)": [],
            "birthDate.where($this > @1970)": "1974-12-25",
        },
    )


def test_repeat_follows_items_within_items(evaluate: Evaluate) -> None:
    """repeat() gives all levels, each value once."""
    questionnaire = {
        "resourceType": "Questionnaire",
        "item": [{"linkId": "1", "item": [{"linkId": "1.1"}, {"linkId": "1.2"}]}],
    }
    assert evaluate("repeat(item).linkId", questionnaire) == ["1", "1.1", "1.2"]
