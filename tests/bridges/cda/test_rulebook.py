"""Which rules judge a document: by its model, its version, and what the folder holds."""

from pathlib import Path

import pytest

from cordee.bridges.cda import document as documents
from cordee.bridges.cda.rulebook import SCHEMA, Rulebook
from cordee.errors import FhirError


def read(root: str, extension: str | None = None) -> documents.Document:
    """Make a document that claims a model."""
    version = f' extension="{extension}"' if extension else ""
    text = (
        f'<ClinicalDocument xmlns="urn:hl7-org:v3"><templateId root="{root}"{version}/>'
        "</ClinicalDocument>"
    )
    return documents.read(text.encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two generations of rules, without their content."""
    for generation, names in {
        "v3.0": ("LDL-SES_2022.01", "VSM_1.4_2022.01", "VSM_2023.01"),
        "v2.41": ("LDL-SES_2020.01", "PPS-PAERPA_2021.01"),
    }.items():
        rules = tmp_path / generation / "schematrons"
        rules.mkdir(parents=True)
        for name in names:
            (rules / f"CI-SIS_{name}.sch").touch()
        schema = tmp_path / generation / SCHEMA
        schema.parent.mkdir(parents=True)
        schema.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("root", "extension", "expected"),
    [
        ("1.2.250.1.213.1.1.1.29", "2022.01", "v3.0/CI-SIS_LDL-SES_2022.01.sch"),
        ("1.2.250.1.213.1.1.1.29", "2020.01", "v2.41/CI-SIS_LDL-SES_2020.01.sch"),
        ("1.2.250.1.213.1.1.1.13", "201310", "v3.0/CI-SIS_VSM_1.4_2022.01.sch"),
        ("1.2.250.1.213.1.1.1.13", None, "v3.0/CI-SIS_VSM_1.4_2022.01.sch"),
        ("1.2.250.1.213.1.1.1.20", "2021.01", "v2.41/CI-SIS_PPS-PAERPA_2021.01.sch"),
        ("1.2.250.1.213.1.1.1.29", "../../../../*", None),
        ("1.2.250.1.213.1.1.1.29", "1999.01", None),
    ],
)
def test_the_model_and_its_version_choose(
    folder: Path, root: str, extension: str | None, expected: str | None
) -> None:
    """The newest generation that has the version judges; no version leads out of the folder."""
    found = Rulebook(folder).choose(read(root, extension)).model
    told = f"{found.parents[1].name}/{found.name}" if found else None
    assert told == expected


def test_a_folder_may_be_one_generation(folder: Path) -> None:
    """The folder of one generation serves as well as the one above."""
    assert Rulebook(folder / "v2.41").generations == (folder / "v2.41",)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    """The message names the setting and what is missing."""
    with pytest.raises(FhirError, match="CORDEE_CDA_RULES"):
        Rulebook(tmp_path)
