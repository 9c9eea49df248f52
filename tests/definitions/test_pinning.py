from typing import Any

import pytest

from cordee.definitions.pack import Manifest, Pack, write
from cordee.definitions.repository import Repository, core
from cordee.resource.types import Resource

PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"


def pack(id: str, version: str, *resources: Resource, **dependencies: str) -> Pack:
    """A package loaded from nowhere."""
    return Pack(write(resources, Manifest(id, version, dependencies=dependencies)))


def profile(url: str, version: str, **more: Any) -> Resource:
    """A profile of Patient."""
    made = {"resourceType": "StructureDefinition", "url": url, "version": version}
    made |= {"type": "Patient", "kind": "resource", "derivation": "constraint"}
    return made | {"baseDefinition": PATIENT, "differential": {"element": []}} | more


def base(version: str) -> Resource:
    """A national profile whose versions differ in one rule."""
    rule = {"path": "Patient.gender", "min": int(version[0])}
    return profile("urn:base", version, differential={"element": [{"path": "Patient"}, rule]})


@pytest.fixture
def repository() -> Repository:
    """Two versions of `base`, and two packages of which each depends on one of them."""
    packs = [core(), pack("base", "0.9", base("0.9")), pack("base", "1.0", base("1.0"))]
    for name, version in (("old", "0.9"), ("new", "1.0")):
        link = {
            "path": "Patient.link.other",
            "type": [{"code": "Reference", "targetProfile": ["urn:base"]}],
        }
        elements = [{"path": "Patient"}, link]
        user = profile(
            f"urn:{name}", "1", baseDefinition="urn:base", differential={"element": elements}
        )
        packs.append(pack(name, "1", user, middle=version))
        packs.append(pack("middle", version, base=version))
    return Repository(packs)


def test_a_package_means_the_versions_it_depends_on(repository: Repository) -> None:
    """Base and targets are those of the dependencies, nearest first, not the newest there is."""
    for name, version, least in (("old", "0.9", 0), ("new", "1.0", 1)):
        found = repository.structure(f"urn:{name}")
        assert found is not None
        rows = {row["id"]: row for row in found["snapshot"]["element"]}
        assert rows["Patient.gender"]["min"] == least
        assert rows["Patient.link.other"]["type"][0]["targetProfile"] == [f"urn:base|{version}"]


def test_what_is_known_in_one_version_stays_open(repository: Repository) -> None:
    """Canonicals that leave no choice are given as they were written."""
    found = repository.structure("urn:base|1.0")
    assert found is not None
    assert found["baseDefinition"] == PATIENT


def test_added_profiles_mean_the_newest(repository: Repository) -> None:
    """What a client adds depends on no package."""
    repository.add(profile("urn:mine", "1", baseDefinition="urn:base"))
    found = repository.structure("urn:mine")
    assert found is not None
    rows = {row["id"]: row for row in found["snapshot"]["element"]}
    assert rows["Patient.gender"]["min"] == 1
