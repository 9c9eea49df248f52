"""String parameters (https://hl7.org/fhir/R4/search.html#string)."""

from collections.abc import Callable
from typing import Any

import pytest

from cordee.errors import Category, FhirError

Finds = Callable[[dict[str, Any], str], bool | None]

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "name": [
        {
            "family": "Lefèvre-Dupont",
            "given": ["Hélène", "Marie"],
            "prefix": ["Mme"],
            "text": "Mme Hélène Lefèvre",
        }
    ],
    "address": [
        {
            "line": ["12 rue de l\N{RIGHT SINGLE QUOTATION MARK}Église"],
            "city": "Saint-Étienne",
            "postalCode": "42000",
        }
    ],
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=hel", True),
        ("name=LEFEVRE", True),
        ("name=dupont", False),
        ("name:contains=dupont", True),
        ("name=marie", True),
        ("name=lefevre dupont", True),
        ("family:contains=fevre dup", True),
        ("address=12 rue de l eglise", True),
        ("name=helene marie lefevre", True),
        ("name=Lefèvre-Dupont Hélène", True),
        ("name=mme", True),
        ("family=hel", False),
        ("given=hel,zoe", True),
        ("given=hel&given=mar", True),
        ("given=hel&given=zoe", False),
        ("family:exact=Lefèvre-Dupont", True),
        ("family:exact=lefevre-dupont", False),
        ("family:exact=Lefèvre", False),
        ("address=12 rue de l'eglise", True),
        ("address-city=saint-e", True),
        ("address-postalcode=42", True),
        ("address-state:missing=true", True),
        ("phonetic=Elene", True),
        ("phonetic=Lefebvre", True),
        ("phonetic=Martin", False),
        ("phonetic=Elene Dupond", True),
    ],
)
def test_strings_match(query: str, expected: bool, finds: Finds) -> None:
    """Case and accents do not count, unless `:exact`; a value is a prefix, unless `:contains`."""
    assert finds(PATIENT, query) is expected


def test_escapes_are_part_of_the_text(finds: Finds) -> None:
    """An escaped comma belongs to the value."""
    told = {"resourceType": "Location", "name": "Cabinet A, étage 2"}
    assert finds(told, r"name=cabinet a\, etage") is True
    assert finds(told, "name=zzz, etage") is False


def test_refuses_a_blank_text(finds: Finds) -> None:
    """Nothing but accents or spaces is no search."""
    with pytest.raises(FhirError) as refused:
        finds(PATIENT, "name= ̈")
    assert refused.value.category is Category.INVALID
