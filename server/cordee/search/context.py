"""What reading a search needs to know besides its text."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from cordee.errors import Category, FhirError

if TYPE_CHECKING:
    from cordee.search.registry import SearchRegistry

Codes: TypeAlias = Callable[[str], frozenset[tuple[str, str]] | None]
"""Value set canonical → its (system, code) pairs, None when it cannot be expanded."""

Direction: TypeAlias = Literal["above", "below"]
Hierarchy: TypeAlias = Callable[[str, str, Direction], frozenset[tuple[str, str]] | None]
"""(system, code, side) → the pairs on that side, None when the system is not known."""


def no_codes(_value_set: str) -> None:
    """Refuse: there is no terminology."""
    raise FhirError(Category.UNSUPPORTED, "no terminology is at hand to expand value sets")


def no_hierarchy(_system: str, _code: str, _direction: Direction) -> None:
    """Refuse: there is no terminology."""
    raise FhirError(Category.UNSUPPORTED, "no terminology is at hand to follow hierarchies")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one search may ask for."""

    chain_depth: int = 8
    """Most references followed one after the other, `_has` included."""
    chain_targets: int = 30
    """Most types that a chain without type may be followed to."""
    values: int = 1_000
    """Most comma-separated values of one parameter."""
    length: int = 100_000
    """Longest value, in characters."""
    parameters: int = 200
    """Most parameters of one search."""


@dataclass(frozen=True, slots=True)
class Context:
    """The registry and hooks that turn texts into filters.

    `base_urls` are this server's own, without trailing slash. `now` is the time in milliseconds
    that `ap` measures from.
    """

    registry: "SearchRegistry"
    codes: Codes = no_codes
    hierarchy: Hierarchy = no_hierarchy
    base_urls: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    now: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
