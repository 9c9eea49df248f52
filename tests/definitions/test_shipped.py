"""The packages that the product ships beside R4 core."""

import json
from pathlib import Path
from typing import Any

import pytest

from cordee.definitions import shipped
from cordee.definitions.packages import Packages
from cordee.definitions.repository import Repository
from cordee.errors import FhirError

ROOT = Path(__file__).resolve().parents[2]
INS = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins"


def place(folder: Path, **resources: dict[str, Any]) -> None:
    """Write resources as `<type>-<id>.json` and whatever else by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, resource in resources.items():
        (folder / f"{name}.json").write_text(json.dumps(resource))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one package version, half of it in either folder."""
    described = {"name": "an.example", "version": "1.0.0", "dependencies": {"another": "2.0.0"}}
    profile = {"resourceType": "StructureDefinition", "id": "a", "url": "http://a.example/a"}
    codes = {"resourceType": "CodeSystem", "id": "b", "url": "http://a.example/b"}
    name = "an.example#1.0.0"
    place(tmp_path / "structuredefinitions" / name, package=described, profile=profile)
    place(tmp_path / "terminology" / name, codes=codes)
    return tmp_path


def test_both_folders_of_a_package_become_one_pack(root: Path, tmp_path: Path) -> None:
    """Profiles and vocabularies of one package version load together, under its name."""
    made = shipped.build(root, tmp_path / "made")
    assert [path.name for path in made] == ["an.example#1.0.0.pack"]
    (pack,) = shipped.packs(tmp_path / "made")
    assert (pack.manifest.id, pack.manifest.version) == ("an.example", "1.0.0")
    assert pack.manifest.dependencies == {"another": "2.0.0"}
    assert {entry.url for entry in pack.entries} == {"http://a.example/a", "http://a.example/b"}


def test_only_what_changed_is_made_again(root: Path, tmp_path: Path) -> None:
    """Equal sources leave the pack alone, changed ones replace it, gone ones take it along."""
    (path,) = shipped.build(root, tmp_path / "made")
    written = path.stat().st_mtime_ns
    shipped.build(root, tmp_path / "made")
    assert path.stat().st_mtime_ns == written
    other = {"resourceType": "ValueSet", "id": "c", "url": "http://a.example/c"}
    place(root / "terminology" / path.stem, other=other)
    shipped.build(root, tmp_path / "made")
    assert len(shipped.packs(tmp_path / "made")[0].entries) == 3
    assert shipped.build(tmp_path / "nothing", tmp_path / "made") == []
    assert not path.exists()


def test_a_source_that_cannot_be_used_stops_the_build(root: Path, tmp_path: Path) -> None:
    """What a server would leave out with a word never gets into the product."""
    broken = {"resourceType": "SearchParameter", "url": "http://a.example/d"}
    place(root / "terminology" / "an.example#1.0.0", broken=broken)
    with pytest.raises(FhirError, match=r"a\.example/d"):
        shipped.build(root, tmp_path / "made")


def test_the_product_ships_the_sources_of_this_repository(tmp_path: Path) -> None:
    """The packs inside the product are those that the repository compiles to."""
    made = shipped.build(ROOT, tmp_path)
    here = {path.name: path.read_bytes() for path in shipped.FOLDER.glob("*.pack")}
    assert {path.name: path.read_bytes() for path in made} == here


def test_french_profiles_are_there_out_of_the_box() -> None:
    """Nothing needs to be installed for the national patient, in each version."""
    assert Repository.load().versions(INS) == ("2.0.1", "2.1.0", "2.2.0")


@pytest.mark.conformance
def test_the_official_package_wins(french_packages: Packages) -> None:
    """Where the official package is installed, its definitions are used, texts and all."""
    here, official = Repository.load(), Repository.load(folder=french_packages.folder)
    ours, theirs = (one.structure(f"{INS}|2.1.0") for one in (here, official))
    assert ours is not None
    assert theirs is not None
    assert "publisher" not in ours
    assert "publisher" in theirs
