"""Utility functions, iif, aggregate and sort."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import Environment, FhirPathError

Evaluate: TypeAlias = Callable[..., list[Any]]
Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_utility(check: Check, evaluate: Evaluate) -> None:
    """Iif takes one branch, aggregate carries a total, sort is stable, type() tells."""
    heard: list[tuple[str, list[Any]]] = []
    environment = Environment(trace=lambda name, values: heard.append((name, values)))
    assert evaluate("name.trace('n', use).given.count()", environment=environment) == [4]
    assert heard == [("n", ["official", "usual"])]
    check(
        {
            "iif(active, 'yes', 1 / 'x')": "yes",
            "maritalStatus.iif(empty(), 'none', text)": "none",
            "name.first().iif(use = 'official', family, 'x')": "Chalmers",
            "(1|2|3).aggregate($this + $total, 0)": 6,
            "(1|2).aggregate($total | (3|4).aggregate($total | $this))": [3, 4],
            "(3|1|2).sort()": [1, 2, 3],
            "name.sort(-given.first()).use": ["official", "usual"],
            "name.sort(family, -use).use": ["usual", "official"],
            "birthDate.type().name": "date",
            "name.type().namespace": ["FHIR", "FHIR"],
            "1.type().name": "Integer",
            "({}).type()": [],
            "(1|2).sort(3)": [1, 2],
        },
    )
    with pytest.raises(FhirPathError):
        evaluate("name.iif(true, 1)")
