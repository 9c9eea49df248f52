"""What changed in the guide, version by version; the texts are data (`changes.toml`)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

Words: TypeAlias = Mapping[str, str]
"""Language → text."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: how (`added`, `changed`, `removed`), what, and the pages it concerns."""

    how: str
    says: Words
    pages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the guide, and its day; None while it is not published."""

    number: str
    day: str | None
    changes: Sequence[Change]


@cache
def versions() -> Sequence[Version]:
    """Read the log, the newest version first."""
    told = tomllib.loads((files(__package__) / "changes.toml").read_text("utf-8"))
    return [_version(row) for row in told["version"]]


def _version(row: dict[str, Any]) -> Version:
    changes = [Change(one["how"], one["says"], one.get("pages", ())) for one in row["changes"]]
    return Version(str(row["number"]), row.get("day"), changes)
