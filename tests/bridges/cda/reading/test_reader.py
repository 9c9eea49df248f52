"""Official examples and our own documents read: what becomes of each section, what is told."""

import time
from pathlib import Path

import pytest

from bridges.cda.reading.conftest import Read, counts

COUNTS: dict[str, dict[str, int]] = {
    "VAC_2023.01.xml": {"Immunization": 4, "Observation": 3, "RelatedPerson": 1},
    "IPS-FR_2024.01_DLU.xml": {
        "AllergyIntolerance": 1,
        "CarePlan": 1,
        "Condition": 7,
        "Consent": 7,
        "Goal": 1,
    },
    "LDL-EES_2022.01.xml": {"MedicationStatement": 1},
    "BIO-CR-BIO_2024.01_TSH_1.xml": {"Observation": 2, "DocumentReference": 2},
    "DOC_NON_STRUCTURE_CDA-R2-N1.xml": {"Binary": 2, "DocumentReference": 1},
    "eP-MED-DM_2024.01_PosoStruct.xml": {"MedicationRequest": 2},
    "SDM-MR_2022.01.xml": {"Encounter": 3},
}
"""Example → how many of some types it becomes."""


@pytest.mark.parametrize("name", COUNTS)
def test_an_example_becomes_what_it_holds(name: str, reading: Read, examples: Path) -> None:
    """Entries are read section by section."""
    found = counts(reading((examples / name).read_bytes()))
    assert {type: found[type] for type in COUNTS[name]} == COUNTS[name]
    assert found["Provenance"] == 1


def test_a_crowd_of_twins_is_read_in_one_pass(reading: Read, examples: Path) -> None:
    """What is not mapped is told with its number; looking each up among all takes minutes."""
    data = (examples / "VAC_2023.01.xml").read_bytes()
    at = data.index(b"<", data.index(b"<ClinicalDocument") + 1)
    begun = time.process_time()
    found = reading(data[:at] + b"<x>y</x>" * 40_000 + data[at:])
    assert time.process_time() - begun < 10
    assert "ClinicalDocument.x[39999]" in {row.expression for row in found.issues}
