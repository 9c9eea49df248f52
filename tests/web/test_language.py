"""Which language a caller reads: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4."""

import pytest

from cordee.web.language import language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("FR-ca", "fr"),
        ("de, fr;q=0.3", "fr"),
        ("en;q=0.2, fr;q=0.3", "fr"),
        ("fr;q=0", "en"),
        ("*", "en"),
        ("fr;q=nonsense", "en"),
        (";;,,", "en"),
    ],
)
def test_the_most_wanted_language_that_is_kept_is_chosen(header: str | None, expected: str) -> None:
    """Qualities and regions count; what is not kept or not readable falls back to English."""
    assert language(header) == expected
