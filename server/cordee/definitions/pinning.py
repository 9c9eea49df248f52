"""Which version an open canonical means, seen from the package that uses it.

With several versions of one profile loaded, a package means the one it depends on, not the newest.

https://hl7.org/fhir/R4/references.html#canonical
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from cordee.definitions.index import Index
from cordee.definitions.pack import Pack
from cordee.definitions.packages import newest
from cordee.definitions.reading import note
from cordee.resource.canonical import join
from cordee.resource.types import Resource

Choose: TypeAlias = Callable[[str], str]
"""Canonical → the same, with a version where the package decides one."""


class Pinning:
    """The versions that each of some packs sees."""

    def __init__(self, packs: Sequence[Pack], index: Index) -> None:
        """Look at the urls that `index` knows in several versions; few, if any."""
        self._packs = packs
        self._index = index
        self._seen_from = cache(lambda pack: list(self._scope(pack)))

    def pin(self, structure: Resource, pack: Pack) -> Resource:
        """Give a StructureDefinition of `pack` with its open canonicals pinned where it matters."""
        return _pinned(structure, lambda canonical: self._choose(canonical, pack))

    def _choose(self, canonical: str, pack: Pack) -> str:
        note(canonical)
        rows = self._index.rows(canonical)
        if len(rows) < 2:  # pinned already, or nothing to choose
            return canonical
        by_pack = {row.pack: row.entry.version for row in rows}
        if len(set(by_pack.values())) < 2:
            return canonical
        for visible in self._seen_from(pack):
            if visible in by_pack:
                return join(canonical, by_pack[visible])
        return canonical

    def _scope(self, pack: Pack) -> Iterator[Pack]:
        """The pack, its dependencies, then theirs: the nearest first."""
        seen = {pack}
        waiting = [pack]
        while waiting:
            nearest = waiting.pop(0)
            yield nearest
            for id, asked in nearest.manifest.dependencies.items():
                found = self._loaded(id, asked)
                if found is not None and found not in seen:
                    seen.add(found)
                    waiting.append(found)

    def _loaded(self, id: str, asked: str) -> Pack | None:
        versions = {p.manifest.version: p for p in self._packs if p.manifest.id == id}
        best = newest(versions, asked)
        return versions[best] if best is not None else None


def _pinned(structure: Resource, choose: Choose) -> Resource:
    pinned = dict(structure)
    if "baseDefinition" in structure:
        pinned["baseDefinition"] = choose(structure["baseDefinition"])
    for view in ("differential", "snapshot"):
        if view in structure:
            elements = structure[view]["element"]
            pinned[view] = {"element": [_element(element, choose) for element in elements]}
    return pinned


def _element(element: Mapping[str, Any], choose: Choose) -> Mapping[str, Any]:
    types = element.get("type", ())
    value_set = element.get("binding", {}).get("valueSet")
    changed: dict[str, Any] = {}
    if any("profile" in type or "targetProfile" in type for type in types):
        changed["type"] = [_type(type, choose) for type in types]
    if value_set is not None:
        changed["binding"] = {**element["binding"], "valueSet": choose(value_set)}
    return {**element, **changed} if changed else element


def _type(type: Mapping[str, Any], choose: Choose) -> dict[str, Any]:
    named = {part: type[part] for part in ("profile", "targetProfile") if part in type}
    return {**type, **{part: [choose(found) for found in rows] for part, rows in named.items()}}
