"""Files of the directory, and what their lines mean."""

import zipfile
from pathlib import Path

import pytest

from bridges.annuaire.extractions import line, rpps, write
from cordee.bridges.annuaire.extraction import count, people
from cordee.bridges.annuaire.professional import resources
from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.terminology import Terminology
from cordee.validation.options import STRICT
from cordee.validation.validator import Validator

NAME = "PS_LibreAcces_Personne_activite_202601150830.txt"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_lines_of_one_person_stand_together(tmp_path: Path, encoding: str) -> None:
    """Every encoding the files had is read; accents stay."""
    path = write(tmp_path / NAME, [line(1), line(1, 2), line(2)], encoding)
    found = list(people(path))
    assert [len(group) for group in found] == [2, 1]
    assert found[0][0]["Nom d'exercice"] == "LEFÈVRE1"
    assert count(path) == 3


def test_an_archive_is_read_without_unpacking(tmp_path: Path) -> None:
    """The public ZIP holds other files beside."""
    write(tmp_path / NAME, [line(1)])
    with zipfile.ZipFile(tmp_path / "PS_LibreAcces.zip", "w") as archive:
        archive.write(tmp_path / NAME, NAME)
        archive.writestr("PS_LibreAcces_SavoirFaire_202601150830.txt", "x")
    assert len(list(people(tmp_path / "PS_LibreAcces.zip"))) == 1


def test_another_file_is_refused(tmp_path: Path) -> None:
    """A file without the columns says which it lacks."""
    (tmp_path / "other.txt").write_text("a|b\n1|2\n")
    with pytest.raises(FhirError, match="Nom d'exercice") as failure:
        list(people(tmp_path / "other.txt"))
    assert failure.value.category is Category.UNPROCESSABLE


def test_two_activities_of_a_person(tmp_path: Path) -> None:
    """One person, two structures, two roles that refer to them; nothing is invented."""
    group = [line(1), line(1, 2), line(1) | {"Code savoir-faire": "SM26"}]
    made = resources(next(people(write(tmp_path / NAME, group))))
    types = [row["resourceType"] for row in made]
    assert types == ["Organization"] * 2 + ["Practitioner"] + ["PractitionerRole"] * 2
    person, role = made[2], made[3]
    assert [row["value"] for row in person["identifier"]] == [f"8{rpps(1)}", rpps(1)]
    assert person["name"] == [
        {"family": "LEFÈVRE1", "given": ["Zoé"], "prefix": ["MME"], "suffix": ["DR"]}
    ]
    assert person["qualification"][0]["code"]["coding"][0]["code"] == "10"
    assert role["practitioner"]["reference"] == f"Practitioner/{person['id']}"
    assert role["organization"]["reference"] == f"Organization/{made[0]['id']}"
    assert [row["coding"][0]["code"] for row in role["specialty"]] == ["SM54", "SM26"]
    assert made[0]["address"][0]["line"] == ["12 Rue DES CORDIERS"]
    assert made == resources(next(people(tmp_path / NAME)))


def test_the_resources_are_good(tmp_path: Path) -> None:
    """What is made keeps R4 and the French profiles of people and structures."""
    repository = Repository.load()
    validator = Validator(repository, Terminology(repository))
    core = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-"
    profiles = {"Practitioner": core + "practitioner", "Organization": core + "organization"}
    group = [line(1), line(1, 2) | {"Code profession": "41", "Prénom d'exercice": ""}]
    for resource in resources(next(people(write(tmp_path / NAME, group)))):
        wanted = profiles.get(resource["resourceType"])
        report = validator.validate(resource, (wanted,) if wanted else (), STRICT)
        bad = [row.diagnostics for row in report.issues if row.severity in {"error", "fatal"}]
        assert bad == []
