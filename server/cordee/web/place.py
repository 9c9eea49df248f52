"""Where a URL points to: the table of the API's shapes.

https://hl7.org/fhir/R4/http.html#summary
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "base",
    "metadata",
    "type",
    "instance",
    "version",
    "history-system",
    "history-type",
    "history-instance",
    "search-system",
    "search-type",
    "compartment",
    "search-compartment",
    "operation",
    "smart-configuration",
    "export-job",
    "export-file",
]

EXPORT = "$export"
WELL_KNOWN = ".well-known"


@dataclass(frozen=True, slots=True)
class Place:
    """A URL below the base, taken apart.

    For `compartment` places `owner` is "Patient/1" and `type` the searched type, None for `*`.
    For export places `id` is the job and `version` the file.
    """

    kind: Kind
    type: str | None = None
    id: str | None = None
    version: str | None = None
    operation: str | None = None
    owner: str | None = None


def _none(_: list[str]) -> Place:
    return Place("base")


def _one(parts: list[str]) -> Place:
    (first,) = parts
    if first.startswith("$"):
        return Place("operation", operation=first[1:])
    kind = ONE.get(first)
    return Place(kind) if kind else Place("type", first)


ONE: dict[str, Kind] = {
    "metadata": "metadata",
    "_history": "history-system",
    "_search": "search-system",
}
TWO: dict[str, Kind] = {"_history": "history-type", "_search": "search-type"}


def _two(parts: list[str]) -> Place | None:
    first, second = parts
    if first == EXPORT:
        return Place("export-job", id=second)
    if second.startswith("$"):
        return Place("operation", first, operation=second[1:])
    if first == WELL_KNOWN:
        return Place("smart-configuration") if second == "smart-configuration" else None
    kind = TWO.get(second)
    return Place(kind, first) if kind else Place("instance", first, second)


def _three(parts: list[str]) -> Place | None:
    first, second, third = parts
    if first == EXPORT:
        return Place("export-file", id=second, version=third)
    if third.startswith("$"):
        return Place("operation", first, second, operation=third[1:])
    if third == "_history":
        return Place("history-instance", first, second)
    searched = None if third == "*" else third
    return Place("compartment", searched, owner=f"{first}/{second}")


def _four(parts: list[str]) -> Place | None:
    first, second, third, fourth = parts
    if third == "_history":
        return Place("version", first, second, fourth)
    if fourth == "_search":
        searched = None if third == "*" else third
        return Place("search-compartment", searched, owner=f"{first}/{second}")
    return None


BY_LENGTH: tuple[Callable[[list[str]], Place | None], ...] = (_none, _one, _two, _three, _four)


def locate(path: str) -> Place | None:
    """Take a path below the base apart; None when it has no shape of the API.

    Types and ids are not checked here.
    """
    trimmed = path.strip("/")
    parts = trimmed.split("/") if trimmed else []
    if len(parts) >= len(BY_LENGTH) or "" in parts:
        return None
    return BY_LENGTH[len(parts)](parts)
