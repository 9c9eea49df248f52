"""Separators and escapes (https://hl7.org/fhir/R4/search.html#escaping)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.search.escape import escape, split, unescape


@pytest.mark.parametrize(
    ("text", "separator", "parts"),
    [
        ("a,b", ",", ["a", "b"]),
        (r"a\,b,c", ",", [r"a\,b", "c"]),
        (r"a\\,b", ",", [r"a\\", "b"]),
        (r"a\,", ",", [r"a\,"]),
        (r"a\,b,", ",", [r"a\,b", ""]),
        (r"x\$y$z", "$", [r"x\$y", "z"]),
        ("", ",", [""]),
        ("a\\", ",", ["a\\"]),
    ],
)
def test_splits_at_unescaped_separators(text: str, separator: str, parts: list[str]) -> None:
    """A separator behind a backslash does not separate, unless the backslash is escaped itself."""
    assert split(text, separator) == parts


@given(st.lists(st.text(), min_size=1), st.sampled_from(",|$"))
def test_escaped_texts_come_back(texts: list[str], separator: str) -> None:
    """Whatever the texts are, escaping and joining them loses nothing."""
    joined = separator.join(map(escape, texts))
    assert [unescape(part) for part in split(joined, separator)] == texts
