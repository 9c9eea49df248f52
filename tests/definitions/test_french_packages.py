"""The official French packages, all loaded side by side."""

import pytest

from cordee.definitions.packages import Packages
from cordee.definitions.repository import Repository

pytestmark = pytest.mark.conformance

FR_PATIENT = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient"
CDS = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/"


@pytest.fixture(scope="module")
def repository(french_packages: Packages) -> Repository:
    """R4 core with every French package beside it."""
    return Repository.load(folder=french_packages.folder)


def test_all_packages_load(french_packages: Packages) -> None:
    """Twenty packages stand beside what the product ships."""
    loaded = Repository.load(folder=french_packages.folder)
    installed = french_packages.installed()
    assert len(installed) == 20
    # They take the place of the renditions of the same versions that the product ships.
    assert {pack.data for pack in installed} <= {pack.data for pack in loaded.packs}


def test_versions_of_one_profile_live_side_by_side(repository: Repository) -> None:
    """Three versions of the national patient are there, each under its own name."""
    assert repository.versions(FR_PATIENT) == ("2.0.1", "2.1.0", "2.2.0")
    for asked, expected in (("", "2.2.0"), ("|2.1.0", "2.1.0"), ("|2.0", "2.0.1")):
        found = repository.structure(FR_PATIENT + asked)
        assert found is not None
        assert found["version"] == expected


def test_a_guide_means_the_national_profiles_it_was_made_with(repository: Repository) -> None:
    """The care-circle guide 2.0.1 depends on the national profiles 2.1.0, not on the newest."""
    found = repository.structure(f"{CDS}cds-fr-related-person")
    assert found is not None
    base, _, version = found["baseDefinition"].partition("|")
    assert (base.rpartition("/")[2], version) == ("fr-core-related-person", "2.1.0")


def test_search_parameters_of_the_guides_are_offered(repository: Repository) -> None:
    """The care-circle guide's parameters stand beside those of R4."""
    team = {found.code: found for found in repository.search_parameters("CareTeam")}
    assert {"start", "end", "participant-start", "participant-end"} <= set(team)
    assert team["managingOrganization"].type == "reference"
    assert "birthplace" in {found.code for found in repository.search_parameters("Patient")}


def test_every_profile_has_a_snapshot(repository: Repository) -> None:
    """No profile of any package is out of the validator's reach."""
    for url, version in repository.canonicals("StructureDefinition"):
        if "hl7.org/fhir/StructureDefinition" not in url:
            found = repository.structure(f"{url}|{version}")
            assert found is not None
            assert found["snapshot"]["element"]
