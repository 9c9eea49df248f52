"""The words of the pages."""

import re
from pathlib import Path

import pytest

from cordee.console import words
from cordee.validation.messages.catalogue import messages

TEMPLATES = Path(words.__file__).parent / "templates"


def test_every_word_is_said_in_both_languages() -> None:
    """Each row has French and English, with the same gaps."""
    for key, row in words.catalogue().items():
        assert set(row) == set(words.LANGUAGES), key
        gaps = [sorted(re.findall(r"{(\w+)}", row[language])) for language in words.LANGUAGES]
        assert gaps[0] == gaps[1], key


def test_pages_say_only_what_is_known() -> None:
    """Each key that a template names is in the catalogue."""
    for path in TEMPLATES.glob("*.html"):
        for key in re.findall(
            r"""say\(["']([a-z-]+\.[a-z0-9-]+)["'][,)]""", path.read_text("utf-8")
        ):
            assert key in words.catalogue(), (path.name, key)


def test_advice_is_for_messages_that_exist() -> None:
    """Each advice on how to mend belongs to a message of the validator."""
    advised = {key.partition(".")[2] for key in words.catalogue() if key.startswith("mend.")}
    assert advised <= set(messages())


@pytest.mark.parametrize(
    ("given", "french", "english"),
    [
        ("1953-05-27", "27 mai 1953", "27 May 1953"),
        ("1953-05", "mai 1953", "May 1953"),
        ("1953", "1953", "1953"),
        ("2026-11-22T17:30:00+01:00", "22 nov. 2026 à 17:30", "22 Nov 2026, 17:30"),
        ("hier", "hier", "hier"),
        (None, "", ""),
    ],
)
def test_dates_are_written_for_people(given: str | None, french: str, english: str) -> None:
    """As precisely as they are known; what is no date stays."""
    assert (words.moment(given, "fr"), words.moment(given, "en")) == (french, english)
