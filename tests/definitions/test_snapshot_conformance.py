"""Snapshots of the French packages, regenerated and held against those the packages ship."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cordee.definitions.packages import Packages
from cordee.definitions.repository import Repository, core
from cordee.definitions.snapshot import generate
from cordee.errors import FhirError
from cordee.resource.types import Resource

pytestmark = pytest.mark.conformance

GAPS = tomllib.loads((Path(__file__).parent / "snapshot_gaps.toml").read_text())["gap"]
"""Profiles whose shipped snapshot is known to differ, by reason."""
PACKAGES = (
    "ans.fhir.fr.annuaire@1.0.1",
    "ans.fhir.fr.annuaire@1.1.0",
    "ans.fhir.fr.annuaire@1.2.0-snapshot-2",
    "ans.fhir.fr.cdl@3.0.0",
    "ans.fhir.fr.cds@2.0.1",
    "ans.fhir.fr.gap@3.0.0",
    "ans.fhir.fr.mss@0.1.0-snapshot",
    "ans.fhir.fr.nde@3.0.0",
    "ans.fhir.fr.pdsm@3.1.1",
    "ans.fhir.fr.pdsm4dmp@0.1.0",
    "ans.fhir.fr.sas@1.2.0",
    "ans.fhir.fr.tde@2.0.0",
    "ans.fhir.fr.teleexpertise-confluence@0.1.0",
    "ans.fhir.fr.telesurveillance@0.1.0",
    "hl7.fhir.fr.core@2.0.1",
    "hl7.fhir.fr.core@2.1.0",
    "hl7.fhir.fr.core@2.2.0",
)


@pytest.mark.parametrize("package", PACKAGES)
def test_regenerated_snapshots_equal_the_shipped_ones(
    french_packages: Packages, package: str
) -> None:
    """Same elements, cardinalities, types, fixed values, bindings and slicing, gaps apart."""
    packs = french_packages.find(package).packs
    repository = Repository([core(), *packs])
    known = {name for gap in GAPS if gap["package"] == package for name in gap["profiles"]}
    differing = {}
    for entry in packs[-1].entries:
        if entry.resource_type == "StructureDefinition":
            found = _differences(packs[-1].resource(entry), repository)
            if found:
                differing[entry.url.rpartition("/")[2]] = found
    unexpected = {name: rows for name, rows in differing.items() if name not in known}
    assert not unexpected
    assert known == set(differing), "a listed gap is closed: take it off the list"


def _differences(shipped: Resource, repository: Repository) -> list[str]:
    stated = {name: part for name, part in shipped.items() if name != "snapshot"}
    try:
        return list(_compared(generate(stated, repository.structure), shipped))
    except FhirError as error:
        return [str(error)]


def _compared(made: Resource, shipped: Resource) -> Iterator[str]:
    ours = {row["id"]: _facts(row) for row in made["snapshot"]["element"]}
    theirs = {row["id"]: _facts(row) for row in shipped["snapshot"]["element"]}
    yield from (f"{id} missing" for id in theirs if id not in ours)
    yield from (f"{id} additional" for id in ours if id not in theirs)
    for id in ours.keys() & theirs.keys():
        for fact in sorted(ours[id].keys() | theirs[id].keys()):
            one, other = ours[id].get(fact), theirs[id].get(fact)
            if one != other:
                yield f"{id} {fact}: {one} instead of {other}"
    if list(ours) != list(theirs) and ours.keys() == theirs.keys():
        yield "other order of elements"


COMPARED = ("min", "max", "fixed", "pattern", "minValue", "maxValue", "maxLength")


def _facts(element: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: value for name, value in element.items() if name.startswith(COMPARED)}
    facts |= {name: _open(value) for name, value in facts.items() if name.endswith("Canonical")}
    facts["types"] = sorted(_type(type) for type in element.get("type", ()))
    binding = element.get("binding")
    if binding:
        facts["binding"] = (binding.get("strength"), _open(binding.get("valueSet", "")))
    slicing = element.get("slicing")
    if slicing:
        parts = sorted((part["type"], part["path"]) for part in slicing.get("discriminator", ()))
        facts["slicing"] = (parts, slicing.get("rules"), slicing.get("ordered", False))
    return facts


def _type(type: Mapping[str, Any]) -> tuple[str, list[str], list[str]]:
    profiles, targets = type.get("profile", ()), type.get("targetProfile", ())
    return type["code"], sorted(map(_open, profiles)), sorted(map(_open, targets))


def _open(canonical: str) -> str:
    """Publishers pin versions that the source left open; that is no difference of content."""
    return canonical.partition("|")[0]
