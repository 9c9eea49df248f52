"""`$translate`: from a code to codes of another system, by concept maps.

https://hl7.org/fhir/R4/conceptmap-operation-translate.html
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.terminology.concept_maps import ConceptMaps, scope
from cordee.terminology.results import Match, Translation

_INVERSE = {
    "wider": "narrower",
    "narrower": "wider",
    "subsumes": "specializes",
    "specializes": "subsumes",
}
SystemOf: TypeAlias = Callable[[str], str | None]
"""Gives the code system that all codes of a value set are of, if there is one."""
_NO_MATCH = frozenset(("unmatched", "disjoint"))
_MAPS_FOLLOWED = 5
"""Most `other-map` steps from one map to the next."""


def translate(
    maps: ConceptMaps,
    system: str,
    code: str,
    *,
    same: frozenset[str],
    system_of: SystemOf,
    concept_map: Resource | None = None,
    source: str | None = None,
    target: str | None = None,
    target_system: str | None = None,
    reverse: bool = False,
) -> Translation:
    """Translate a code by one map, or by all maps between the value sets `source` and `target`.

    `reverse` goes from target to source of the maps. `target_system` keeps matches of one system.
    `same` are the code's spellings where its system does not mind case; `system_of` tells whose the
    codes of a group are that names no system.
    """
    chosen = [concept_map] if concept_map else list(maps.between(source, target))
    if not chosen:
        return Translation(False, message="No concept map for this is known here", known=False)
    query = _Query(maps, system, code, same, system_of, reverse)
    found = [
        match
        for one in chosen
        for match in _matches(query, one)
        if target_system is None or match.system == target_system
    ]
    good = any(match.equivalence not in _NO_MATCH for match in found)
    return Translation(good, tuple(found), None if good else f"No match for {code} of {system}")


@dataclass(frozen=True, slots=True)
class _Query:
    maps: ConceptMaps
    system: str
    code: str
    same: frozenset[str]
    system_of: SystemOf
    reverse: bool

    def system_at(self, end: str, concept_map: Resource, group: dict[str, Any]) -> str | None:
        """Give the system of an end of a group; one that names none is of its map's value set."""
        named = group.get(end)
        return str(named) if named else self.system_of(scope(concept_map, end))


def _matches(query: _Query, concept_map: Resource, step: int = 0) -> Iterator[Match]:
    near, far = ("target", "source") if query.reverse else ("source", "target")
    for group in concept_map.get("group") or ():
        if split(query.system_at(near, concept_map, group) or "")[0] != query.system:
            continue
        system = query.system_at(far, concept_map, group)
        found = list(_rows(group, query.same, reverse=query.reverse))
        for match in found:
            yield replace(
                match,
                system=system,
                version=group.get(far + "Version"),
                source=concept_map.get("url"),
            )
        if not found and not query.reverse:
            yield from _unmapped(query, concept_map, group, step)


def _rows(group: dict[str, Any], same: frozenset[str], *, reverse: bool) -> Iterator[Match]:
    for element in group.get("element") or ():
        if not reverse and element.get("code") not in same:
            continue
        for target in element.get("target") or ():
            if reverse and target.get("code") not in same:
                continue
            far = element if reverse else target
            equivalence = target.get("equivalence", "relatedto")
            yield Match(
                equivalence=_INVERSE.get(equivalence, equivalence) if reverse else equivalence,
                system=None,
                code=far.get("code"),
                display=far.get("display"),
                comment=target.get("comment"),
                products=() if reverse else tuple(target.get("product") or ()),
                depends_on=tuple(target.get("dependsOn") or ()),
            )


def _unmapped(
    query: _Query, concept_map: Resource, group: dict[str, Any], step: int
) -> Iterator[Match]:
    """Follow what a group says of codes that it does not list."""
    rule = group.get("unmapped") or {}
    mode, url = rule.get("mode"), concept_map.get("url")
    target = query.system_at("target", concept_map, group)
    if mode == "provided":
        yield Match("equal", target, query.code, source=url)
    elif mode == "fixed":
        yield Match("inexact", target, rule.get("code"), display=rule.get("display"), source=url)
    elif mode == "other-map" and step < _MAPS_FOLLOWED:
        other = query.maps.find(rule.get("url", ""))
        if other is not None:
            yield from _matches(query, other, step + 1)
