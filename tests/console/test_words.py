"""The words of the pages."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

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


def test_every_message_has_advice() -> None:
    """Each message of the validator says how to mend it, by itself or with its family; no more."""
    advised = {key.partition(".")[2] for key in words.catalogue() if key.startswith("mend.")}
    for name in set(messages()) - {"validate-good"}:
        assert any(f"{name}-".startswith(f"{one}-") for one in advised), name
    for one in advised:
        assert any(f"{name}-".startswith(f"{one}-") for name in messages()), one


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


@pytest.mark.parametrize(
    ("given", "french", "english"),
    [
        (0, "0 o", "0 B"),
        (999, "999 o", "999 B"),
        (12_345, "12 ko", "12 kB"),
        (3_450_000, "3,5 Mo", "3.5 MB"),
        (1_234_000_000, "1,2 Go", "1.2 GB"),
    ],
)
def test_sizes_are_written_for_people(given: int, french: str, english: str) -> None:
    """In the unit that suits, as the language has it."""
    assert [" ".join(words.size(given, one).split()) for one in ("fr", "en")] == [french, english]


def test_moments_are_those_of_the_clocks_where_the_server_stands() -> None:
    """The same moment, as the time zone has it: also when that is another day."""
    zone = ZoneInfo("Europe/Paris")
    assert words.moment("2026-07-31T23:10:00Z", "en", zone) == "1 Aug 2026, 01:10"


def test_ages_are_written_for_people() -> None:
    """In the unit that suits."""
    told = [" ".join(words.age(each, "fr").split()) for each in (0.52, 420, 7_300, 200_000)]
    assert told == ["0,5 s", "7 min", "2 h", "2 j"]
    assert words.age(200_000, "en").split() == ["2", "d"]
