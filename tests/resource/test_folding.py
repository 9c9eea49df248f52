"""Folding text for search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.resource.folding import fold, fold_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("René", "rene"),
        ("Hélène  ŒUVRARD", "helene oeuvrard"),
        ("Lætitia", "laetitia"),
        ("Straße", "strasse"),
        ("Škvorecký", "skvorecky"),
        ("Łódź Ø", "lodz o"),
        ("L\N{RIGHT SINGLE QUOTATION MARK}Haÿ\N{NO-BREAK SPACE}les", "l'hay les"),
        (" a\n\tb ", "a b"),
        ("İI\N{LATIN SMALL LETTER DOTLESS I}", "iii"),
        ("e\u0301", "e"),
        ("Ελένη", "ελενη"),
    ],
)
def test_case_accents_and_ligatures_do_not_matter(text: str, folded: str) -> None:
    """French names fold as people search them; other scripts only lose their accents."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Jean-Luc", "jean luc"),
        ("JEAN\N{NON-BREAKING HYPHEN}LUC", "jean luc"),
        ("d'Arc", "d arc"),
        ("54, rue des Écoles (bât. B)", "54 rue des ecoles bat b"),
        ("n°5 + 6", "n°5 + 6"),
        ("«Ève»", "eve"),
        ("---", "---"),
    ],
)
def test_punctuation_is_space_among_words(text: str, folded: str) -> None:
    """Hyphens, apostrophes, commas and brackets part words; signs stay."""
    assert fold_words(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is stored folded and what is searched folded meet, for any text."""
    assert fold(fold(text)) == fold(text)
    assert fold_words(fold_words(text)) == fold_words(text)
