"""Tree navigation."""

from collections.abc import Callable
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_tree(check: Check) -> None:
    """Children and descendants include those of primitives and of contained resources."""
    check(
        {
            "name.first().children().count()": 5,
            "birthDate.children().count()": 2,
            "children().where($this is date).children().count()": 2,
            "contained.descendants()": ["gp", {"family": "Roux"}, "Roux"],
            "descendants().where($this is Reference).count()": 3,
            "children().ofType(HumanName).family": "Chalmers",
        },
    )
