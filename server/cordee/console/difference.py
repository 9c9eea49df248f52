"""What changed from one version of a resource to the next, element by element."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SILENT = frozenset({"meta.versionId", "meta.lastUpdated"})


@dataclass(frozen=True, slots=True)
class Changed:
    """An element's path, with what it was and what it is; None where it was or is not there."""

    path: str
    before: str | None
    after: str | None


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[Changed]:
    """Compare two versions; what every version changes is left out."""
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    paths = [*new, *(path for path in old if path not in new)]
    return [
        Changed(path, old.get(path), new.get(path))
        for path in paths
        if old.get(path) != new.get(path) and path not in SILENT
    ]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)
