"""Names by how they sound (https://hl7.org/fhir/R4/patient.html#search)."""

import pytest

from cordee.search.types.phonetic import keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dupond", "Dupont"),
        ("Lefebvre", "Lefèvre"),
        ("Thibault", "Thibaud"),
        ("Moreau", "Moro"),
        ("Hélène", "Élène"),
        ("Philippe", "Filip"),
        ("Jean-Christophe", "Jean Cristof"),
    ],
)
def test_names_that_sound_alike_share_a_key(one: str, other: str) -> None:
    """Silent letters, doubled letters and spellings of one sound do not count."""
    assert keys(one)[0] == keys(other)[0]


@pytest.mark.parametrize(
    ("one", "other"), [("Martin", "Bernard"), ("Guy", "Jean"), ("Luc", "Marc")]
)
def test_names_that_differ_do_not(one: str, other: str) -> None:
    """Different names keep different keys."""
    assert keys(one) != keys(other)
