"""Choosing a display by language.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

import re
from collections.abc import Iterable, Iterator

from cordee.terminology.results import Designation

_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", re.IGNORECASE)


def display(
    default: str | None,
    designations: Iterable[Designation],
    languages: str | None,
    own: str | None = None,
) -> str | None:
    """Choose the display for `languages`: as in Accept-Language, by weight, then in their order.

    A tag fits a text of the same language or of a region of it; the default display is of the
    language `own`, and given without a fit.
    """
    if not languages:
        return default
    texts = [((part.language or "").lower(), part.value) for part in designations]
    if own and default:
        texts.insert(0, (own.lower(), default))
    for tag in _tags(languages):
        for wanted in (tag, tag.partition("-")[0]):
            for language, text in texts:
                if language == wanted or language.startswith(wanted + "-"):
                    return text
    return default


def _tags(languages: str) -> list[str]:
    """Give the tags, those of the greatest weight first, without those that are not wanted."""
    found = [(_weight(weight), tag.strip().lower()) for tag, _, weight in _parts(languages)]
    ranked = sorted(found, key=lambda row: -row[0])
    return [tag for weight, tag in ranked if weight and tag and tag != "*"]


def _parts(languages: str) -> Iterator[tuple[str, str, str]]:
    for part in languages.split(","):
        yield part.partition(";")


def _weight(text: str) -> float:
    found = _WEIGHT.fullmatch(text.strip())
    return float(found[1]) if found else 1.0
