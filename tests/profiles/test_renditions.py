"""Each rendition states what the official package states, difference by difference.

What differs nevertheless stands in `accepted.toml` with its reason; an accepted difference that is
none any more fails, so that the list stays true.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cordee.definitions.pack import Entry, Pack
from cordee.definitions.repository import Repository
from cordee.resource.types import Resource

pytestmark = pytest.mark.conformance

ACCEPTED = tomllib.loads((Path(__file__).parent / "accepted.toml").read_text())
PACKAGES = (
    "ans.fhir.fr.annuaire-1.0.1",
    "ans.fhir.fr.annuaire-1.1.0",
    "ans.fhir.fr.cdl-3.0.0",
    "ans.fhir.fr.cds-2.0.1",
    "ans.fhir.fr.gap-3.0.0",
    "ans.fhir.fr.nde-3.0.0",
    "ans.fhir.fr.pdsm-3.1.1",
    "ans.fhir.fr.tde-2.0.0",
    "hl7.fhir.fr.core-2.0.1",
    "hl7.fhir.fr.core-2.1.0",
    "hl7.fhir.fr.core-2.2.0",
)
R4 = "http://hl7.org/fhir/"
STATED = ("min", "max", "fixed", "pattern", "minValue", "maxValue", "maxLength")
SAID = ("kind", "abstract", "type", "derivation", "status", "name", "url", "version")
SEARCH = ("code", "base", "type", "expression", "target", "multipleOr", "multipleAnd", "comparator")


def test_every_official_package_is_compared(officials: dict[str, Pack]) -> None:
    """No rendition goes unchecked because somebody forgot to list it."""
    assert set(officials) == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_profiles_state_what_the_official_ones_state(
    package: str,
    renditions: dict[str, Pack],
    rendered: Repository,
    as_written: Callable[[str], Repository],
) -> None:
    """Same elements, cardinalities, types, slices, fixed values, bindings and invariants."""
    official = as_written(package)
    found = {
        f"{entry.id}: {difference}"
        for entry in _of(renditions[package], "StructureDefinition")
        for difference in _differences(*(_structure(one, entry) for one in (rendered, official)))
    }
    accepted = _accepted("difference", package)
    assert not found - accepted, "these differ and nobody accepted it"
    assert not accepted - found, "these are accepted and do not differ: take them off the list"


@pytest.mark.parametrize("package", PACKAGES)
def test_search_parameters_and_vocabularies_are_the_official_ones(
    package: str, officials: dict[str, Pack], renditions: dict[str, Pack]
) -> None:
    """Same expressions and comparators; same codes, displays and compositions of value sets."""
    official = {(e.resource_type, e.url): e for e in officials[package].entries}
    different = set()
    for entry in renditions[package].entries:
        facts = FACTS.get(entry.resource_type)
        if facts is not None:
            other = official[(entry.resource_type, entry.url)]
            theirs = officials[package].resource(other)
            if facts(renditions[package].resource(entry)) != facts(theirs):
                different.add(entry.id)
    assert different == _accepted("mended", package)


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_not_rendered_is_said(
    package: str, officials: dict[str, Pack], renditions: dict[str, Pack]
) -> None:
    """A profile or search parameter of the official package is rendered, or listed with why not."""
    kinds = ("StructureDefinition", "SearchParameter")
    here = {entry.id for kind in kinds for entry in _of(renditions[package], kind)}
    there = {entry.id for kind in kinds for entry in _of(officials[package], kind)}
    assert here <= there
    assert there - here == _accepted("absent", package)


def _of(pack: Pack, resource_type: str) -> list[Entry]:
    return [entry for entry in pack.entries if entry.resource_type == resource_type]


def _accepted(kind: str, package: str) -> set[str]:
    rows = [row for row in ACCEPTED[kind] if row["package"] == package]
    assert all(row["reason"] for row in rows)
    return {item for row in rows for item in row["items"]}


def _structure(repository: Repository, entry: Entry) -> Resource:
    found = repository.structure(f"{entry.url}|{entry.version}")
    assert found is not None, entry.url
    return found


def _differences(ours: Resource, theirs: Resource) -> Iterator[str]:
    yield from (name for name in SAID if ours.get(name) != theirs.get(name))
    if _plain(ours["baseDefinition"]) != _plain(theirs["baseDefinition"]):
        yield "baseDefinition"
    if _contexts(ours) != _contexts(theirs):
        yield "context"
    one, other = (
        {row["id"]: _facts(row) for row in found["snapshot"]["element"]} for found in (ours, theirs)
    )
    yield from (f"{id} is missing" for id in other.keys() - one.keys())
    yield from (f"{id} is additional" for id in one.keys() - other.keys())
    for id in one.keys() & other.keys():
        for fact in one[id].keys() | other[id].keys():
            if one[id].get(fact) != other[id].get(fact):
                yield f"{id} {fact}: {one[id].get(fact)} instead of {other[id].get(fact)}"


def _contexts(structure: Resource) -> list[tuple[str, str]]:
    return [(context["type"], context["expression"]) for context in structure.get("context", ())]


def _facts(element: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: value for name, value in element.items() if name.startswith(STATED)}
    facts["types"] = sorted(map(_type, element.get("type", ())))
    facts["flags"] = [bool(element.get(flag)) for flag in ("mustSupport", "isModifier")]
    facts["slice"] = element.get("sliceName")
    facts["invariants"] = sorted(
        (row["key"], row["severity"], row.get("expression", ""))
        for row in element.get("constraint", ())
    )
    binding = element.get("binding", {})
    if "valueSet" in binding:
        facts["binding"] = (binding["strength"], _plain(binding["valueSet"]))
    slicing = element.get("slicing")
    if slicing:
        parts = sorted((part["type"], part["path"]) for part in slicing.get("discriminator", ()))
        facts["slicing"] = (parts, slicing.get("rules"), slicing.get("ordered", False))
    return facts


def _type(type: Mapping[str, Any]) -> tuple[Any, ...]:
    targets = sorted(map(_plain, type.get("targetProfile", ())))
    profiles = sorted(map(_plain, type.get("profile", ())))
    return type["code"], profiles, targets, type.get("aggregation", ())


def _plain(canonical: str) -> str:
    """Drop the version of R4 itself: there is no other to mean."""
    return canonical.removesuffix("|4.0.1") if canonical.startswith(R4) else canonical


def _search(resource: Resource) -> Any:
    return {name: resource.get(name) for name in SEARCH}


def _codes(resource: Resource) -> Any:
    concepts = list(_flat(resource.get("concept", ())))
    return resource["version"], resource["content"], resource.get("caseSensitive"), concepts


def _flat(concepts: Iterable[Mapping[str, Any]], parent: str = "") -> Iterator[tuple[str, ...]]:
    for concept in concepts:
        yield parent, concept["code"], concept.get("display", "").strip()
        yield from _flat(concept.get("concept", ()), concept["code"])


def _composition(resource: Resource) -> Any:
    compose = resource["compose"]
    parts = [_part(part) for side in ("include", "exclude") for part in compose.get(side, ())]
    return resource["version"], len(compose["include"]), parts


def _part(part: Mapping[str, Any]) -> Any:
    codes = [concept["code"] for concept in part.get("concept", ())]
    return [part.get(name) for name in ("system", "version", "valueSet", "filter")], codes


FACTS: dict[str, Callable[[Resource], Any]] = {
    "SearchParameter": _search,
    "CodeSystem": _codes,
    "ValueSet": _composition,
}
