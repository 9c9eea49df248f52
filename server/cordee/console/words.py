"""The words of the pages, in French and in English; they are data (`words.toml`)."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeAlias

from starlette.requests import Request

LANGUAGES = ("fr", "en")
DEFAULT = "fr"
COOKIE = "cordee-language"
_FRENCH = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."
_ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
MONTHS = MappingProxyType(
    {
        "fr": _FRENCH.split(),
        "en": _ENGLISH.split(),
    }
)

UNITS = ("", "k", "M", "G", "T")
THOUSAND = 1_000
FRENCH_NUMBERS = str.maketrans({",": "\N{NARROW NO-BREAK SPACE}", ".": ","})
AGES = (
    (86_400, {"fr": "j", "en": "d"}),
    (3_600, {"fr": "h", "en": "h"}),
    (60, {"fr": "min", "en": "min"}),
)
"""Seconds of a unit, and what it is called."""

Say: TypeAlias = Callable[..., str]
"""A key of the catalogue, and what fills its gaps → a text."""


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Read all words: key → language → text."""
    text = (files(__package__) / "words.toml").read_text("utf-8")
    found: dict[str, Mapping[str, str]] = {}
    for section, rows in tomllib.loads(text).items():
        found |= {f"{section}.{key}": row for key, row in rows.items()}
    return found


def speaker(language: str) -> Say:
    """Give what says things in a language; a code without words is said as it is."""

    def say(key: str, **gaps: object) -> str:
        row = catalogue().get(key)
        return row[language].format_map(gaps) if row else key.rpartition(".")[2]

    return say


def language(request: Request) -> str:
    """Give the reader's language: what they chose, else what their browser prefers, else French."""
    chosen = request.query_params.get("lang") or request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        name = part.partition(";")[0].strip().partition("-")[0].lower()
        if name in LANGUAGES:
            return name
    return DEFAULT


def day(text: str | None, language: str) -> str:
    """Write a FHIR date for people, as precisely as it is known; what is none stays as it is."""
    if not text:
        return ""
    try:
        if len(text) == 4:
            return text
        if len(text) == 7:
            return f"{MONTHS[language][int(text[5:7]) - 1]} {text[:4]}"
        known = date.fromisoformat(text[:10])
    except (ValueError, IndexError):
        return text
    return f"{known.day} {MONTHS[language][known.month - 1]} {known.year}"


def moment(text: str | None, language: str, zone: tzinfo | None = None) -> str:
    """Write a FHIR dateTime for people, with the time where there is one, as `zone` has it."""
    if not text or len(text) < 16:
        return day(text, language)
    try:
        known = datetime.fromisoformat(text)
    except ValueError:
        return text
    if zone is not None and known.tzinfo is not None:
        known = known.astimezone(zone)
    between = " à " if language == "fr" else ", "
    return f"{day(known.date().isoformat(), language)}{between}{known:%H:%M}"


def number(value: float, language: str, digits: int = 0) -> str:
    """Write a number for people: 12 345,6 or 12,345.6."""
    text = f"{value:,.{digits}f}"
    return text.translate(FRENCH_NUMBERS) if language == "fr" else text


def size(count: float, language: str) -> str:
    """Write a number of bytes in the unit that suits: 3,4 Mo or 3.4 MB."""
    unit = 0
    while count >= THOUSAND and unit < len(UNITS) - 1:
        count, unit = count / THOUSAND, unit + 1
    name = UNITS[unit] + ("o" if language == "fr" else "B")
    return (
        f"{number(count, language, 1 if unit > 1 and count < 100 else 0)}\N{NO-BREAK SPACE}{name}"
    )


def age(seconds: float, language: str) -> str:
    """Write how long something took or takes, in the unit that suits."""
    for unit, name in AGES:
        if seconds >= unit:
            return f"{seconds / unit:.0f}\N{NO-BREAK SPACE}{name[language]}"
    return f"{number(seconds, language, 1)}\N{NO-BREAK SPACE}s"
