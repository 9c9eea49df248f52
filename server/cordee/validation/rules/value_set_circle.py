"""A ValueSet that imports itself, through others: nobody can tell its codes.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

Find: TypeAlias = Callable[[str, str], Resource | None]
"""Gives a conformance resource by canonical and type, or None."""


def check_circle(value: Resource, place: Place, find: Find, run: Run) -> None:
    """Say of each import that leads back here, and over which value sets."""
    own = value.get("url")
    if not isinstance(own, str):
        return
    for first, at in _imports(value, place):
        path = _way(first, own, find, run)
        if path:
            run.add("value-set-circle", at, circle=" → ".join((own, *path)))


def _imports(value: Resource, place: Place) -> Iterator[tuple[str, Place]]:
    """Give the urls of what a value set imports, each with its place."""
    compose = value.get("compose")
    rows = compose if isinstance(compose, dict) else {}
    for name in ("include", "exclude"):
        for number, row in enumerate(listed(rows.get(name))):
            imported = row.get("valueSet")
            at: Place = ((place, "compose", -1), name, number)
            for index, canonical in enumerate(imported if isinstance(imported, list) else []):
                if isinstance(canonical, str):
                    yield canonical, (at, "valueSet", index)


def _way(first: str, own: str, find: Find, run: Run) -> tuple[str, ...]:
    """Find the shortest way from an import back to a value set; empty when there is none."""
    pending: list[tuple[str, tuple[str, ...]]] = [(first, (split(first)[0],))]
    seen: set[str] = set()
    for canonical, path in pending:
        if path[-1] == own:
            return path
        if path[-1] in seen:
            continue
        seen.add(path[-1])
        run.budget.spend()
        held = find(canonical, "ValueSet") or find(path[-1], "ValueSet") or {}
        pending += [(text, (*path, split(text)[0])) for text, _ in _imports(held, run.place)]
    return ()
