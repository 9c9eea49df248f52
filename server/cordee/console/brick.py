"""The bricks of coordination, as the guide tells them: what for, by which rules, with which calls.

The texts are data (`bricks/*.toml`), in French and in English. Each call is a real one: a test
sends it over the guide's examples and compares the answer.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

Words: TypeAlias = Mapping[str, str]
"""Language → text."""

TESTS = "tests/system/test_bricks.py"
"""Where each brick is followed as its users would try it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its answer; in the answer `…` stands for what differs from time to time."""

    says: Words
    method: str
    path: str
    status: int
    answer: str
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Where something may go from some states."""

    start: str
    to: Words


@dataclass(frozen=True, slots=True)
class Brick:
    """One page of the guide."""

    name: str
    order: int
    title: Words
    purpose: Words
    types: Sequence[str]
    profiles: Sequence[str]
    artifacts: Sequence[str]
    examples: Sequence[str]
    rules: Sequence[Words]
    states_of: str
    steps: Sequence[Step]
    calls: Sequence[Call]
    test: str


@cache
def bricks() -> Mapping[str, Brick]:
    """Read the bricks, by name, in the order of the guide."""
    folder = files(__package__) / "bricks"
    found = [
        _brick(entry.name.removesuffix(".toml"), tomllib.loads(entry.read_text("utf-8")))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return {one.name: one for one in sorted(found, key=lambda one: one.order)}


def _brick(name: str, told: dict[str, Any]) -> Brick:
    states = told.pop("states")
    return Brick(
        name=name,
        states_of=states["of"],
        steps=[Step(row["from"], row["to"]) for row in states["rows"]],
        calls=[Call(**call) for call in told.pop("calls")],
        test=f"{TESTS}::{told.pop('test')}",
        **told,
    )
