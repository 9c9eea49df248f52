"""French names compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.operations.matching.names import families, givens, words

NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèêëàçïô'- ", max_size=20)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Lefèvre", "LEFEVRE", 1, 1),
        ("Le Goff", "LeGoff", 1, 1),
        ("Le Goff", "Goff", 1, 1),
        ("de La Tour", "DE LATOUR", 1, 1),
        ("d'Artagnan", "Dartagnan", 1, 1),
        ("García-Hammadi", "GARCIA HAMMADI", 1, 1),
        ("Hammadi Garcia", "Garcia-Hammadi", 1, 1),
        ("Garcia-Hammadi", "Garcia", 0.9, 0.95),
        ("Lefebvre", "Lefèvre", 0.8, 0.95),
        ("Dupont", "Dupond", 0.8, 0.9),
        ("Martin", "Matrin", 0.8, 0.9),
        ("Martin", "Bernard", 0, 0),
        ("Petit", "Petitjean", 0, 0.75),
    ],
)
def test_family_names(one: str, other: str, least: float, most: float) -> None:
    """Accents, particles and hyphens make no difference; a slip makes a little."""
    found = families([words(one)], [words(other)])
    assert least <= found <= most, found


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Jean-Pierre", "Jean Pierre", 1, 1),
        ("Jeanpierre", "Jean-Pierre", 1, 1),
        ("Jean", "Jean Pierre Yves", 1, 1),
        ("Pierre", "Jean Pierre Yves", 0.9, 0.9),
        ("J", "Jean", 0.85, 0.85),
        ("Émilie", "Emilie", 1, 1),
        ("Sophei", "Sophie", 0.8, 0.95),
        ("Marie", "Paul", 0, 0),
    ],
)
def test_given_names(one: str, other: str, least: float, most: float) -> None:
    """Compound names, other given names of the list and initials are recognised."""
    found = givens([words(one)], [words(other)])
    assert least <= found <= most, found


def test_a_married_name_does_not_hide_the_birth_name() -> None:
    """The best pair of names of two people counts."""
    assert families([words("Durand"), words("Petit")], [words("Petit")]) == 1.0


@given(NAMES, NAMES)
def test_comparing_is_the_same_both_ways(one: str, other: str) -> None:
    """Order makes no difference, and a name is like itself."""
    a, b = words(one), words(other)
    for compare in (families, givens):
        assert compare([a], [b]) == compare([b], [a])
        assert 0.0 <= compare([a], [b]) <= 1.0
        assert not a or compare([a], [a]) == 1.0
