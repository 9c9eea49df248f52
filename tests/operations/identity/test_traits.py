"""The strict traits of a person."""

from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.operations.identity.traits import (
    Traits,
    completed,
    differences,
    family,
    given_names,
    traits,
)

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [{"use": "official", "family": "Lefèvre", "given": ["Zoé", "Anne-Marie"]}],
    "gender": "female",
    "birthDate": "1941-05",
}


def test_traits_are_written_in_capitals_without_accents() -> None:
    """What people write with accents is what INSi knows without."""
    assert traits(PATIENT) == Traits("LEFEVRE", ("ZOE", "ANNE-MARIE"), "F", "1941-05-01")


@pytest.mark.parametrize(
    ("date", "whole"),
    [("1941", "1941-12-31"), ("1941-05", "1941-05-01"), ("1941-05-09", "1941-05-09")],
)
def test_a_birth_date_is_completed(date: str, whole: str) -> None:
    """No day is the first of the month, no month the last day of the year."""
    assert completed(date) == whole


@pytest.mark.parametrize("name", ["D'ARTAGNAN DE L'HERAULT", "GARCIA--HAMMADI", "O", "DE LA TOUR"])
def test_birth_names_that_insi_knows(name: str) -> None:
    """Blanks, apostrophes and hyphens, two of them in a family name."""
    assert family(name) == name


@pytest.mark.parametrize("name", ["-DUPONT", "DUPONT 3", "李", "DUPONT;", ""])
def test_unknown_characters_are_refused(name: str) -> None:
    """Nothing is left out silently: the name must be mended."""
    with pytest.raises(FhirError) as failure:
        family(name)
    assert failure.value.category is Category.UNPROCESSABLE


@pytest.mark.parametrize("name", ["ANNE-", "ANNE'", "ANNE--MARIE", "-ANNE"])
def test_given_names_that_insi_refuses(name: str) -> None:
    """A given name ends with a letter and has single hyphens."""
    with pytest.raises(FhirError):
        given_names(name)


@pytest.mark.parametrize("missing", ["name", "gender", "birthDate"])
def test_a_missing_trait_is_named(missing: str) -> None:
    """The element that is missing is told."""
    patient = {name: value for name, value in PATIENT.items() if name != missing}
    with pytest.raises(FhirError) as failure:
        traits(patient)
    assert missing in str(failure.value.expression)


def test_hyphens_count_as_blanks() -> None:
    """JEAN-PIERRE is JEAN PIERRE, and a shorter list of names does not contradict."""
    ours = Traits("LE GOFF", ("JEAN-PIERRE",), "M", "1941-05-09")
    theirs = Traits("LE-GOFF", ("JEAN", "PIERRE", "YVES"), "M", "1941-05-09", "29019")
    assert differences(ours, theirs) == ()
    other = Traits("LE GOFF", ("JEAN",), "M", "1941-09-05")
    assert differences(other, theirs) == (("birthDate", "1941-09-05", "1941-05-09"),)
