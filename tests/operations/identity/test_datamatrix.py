"""The INS datamatrix, block by block."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.errors import Category, FhirError
from cordee.operations.identity.datamatrix import read
from cordee.operations.identity.teleservice import Ins
from cordee.operations.identity.traits import Traits

GS = "\N{INFORMATION SEPARATOR THREE}"
HEADER = "IS01" + "0" * 22
VECTOR = (
    f"{HEADER}S1277010115400329S21.2.250.1.213.1.4.8{GS}S3SARAH-LOU ANNA{GS}"
    f"S4GARCIA-HAMMADI{GS}S5FS621-01-1977"
)


def test_the_published_example_is_read() -> None:
    """Matricule, authority and traits; no birth place stands in it."""
    assert read(VECTOR) == (
        Ins("277010115400329", "1.2.250.1.213.1.4.8"),
        Traits("GARCIA-HAMMADI", ("SARAH-LOU", "ANNA"), "F", "1977-01-21"),
    )


def test_a_birth_place_ends_it() -> None:
    """S7 has five characters, Corsica's with a letter."""
    assert read(VECTOR + "S72A004")[1].birth_place == "2A004"


def test_a_full_block_needs_no_separator() -> None:
    """A name of a hundred characters is ended by its length."""
    name = "A" * 100
    content = VECTOR.replace(f"S4GARCIA-HAMMADI{GS}", f"S4{name}")
    assert read(content)[1].birth_name == name


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (VECTOR[1:], "does not begin"),
        (VECTOR.replace("S1", "S9"), "lacks S1"),
        (VECTOR.replace("00329S2", "00330S2"), "key of the matricule"),
        (VECTOR.replace("1.4.8", "1.4.77"), "no OID"),
        (VECTOR.replace(f"HAMMADI{GS}", "HAMMADI"), "group separator"),
        (VECTOR.replace("S5F", "S5X"), "no sex"),
        (VECTOR.replace("21-01-1977", "1977-01-21"), "no birth date"),
        (VECTOR[:-4], "has 6 characters of 10"),
        (VECTOR + "S72A00", "has 4 characters of 5"),
        (VECTOR + "S72A004!", "1 characters too many"),
        (HEADER, "lacks S1"),
    ],
)
def test_what_is_wrong_is_named(content: str, told: str) -> None:
    """Every defect is refused, and says which block it is in."""
    with pytest.raises(FhirError, match=told) as failure:
        read(content)
    assert failure.value.category is Category.INVALID


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(tail: str) -> None:
    """Whatever a scanner sends, the answer is a person or a reason."""
    with suppress(FhirError):
        assert read(HEADER + tail)[0].matricule
