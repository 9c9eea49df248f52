"""Words of the narrative (`_text`) and of the whole resource (`_content`).

https://hl7.org/fhir/R4/search.html#text
"""

import html
import re
from functools import lru_cache
from typing import Any

from cordee.resource.folding import fold
from cordee.resource.types import Resource
from cordee.search.values import IndexValues

_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]{2,40}")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SKIPPED_TEXTS = frozenset({"resourceType", "data", "id", "reference", "url", "system", "div"})
_SKIPPED_OBJECTS = frozenset({"meta"})

MOST_CHARACTERS = 200_000
"""How much text of one resource is read, so that a Bundle of a thousand documents stays cheap."""
MOST_WORDS = 5_000
"""Most different words kept of one resource."""


class Words:
    """Adds the words of a resource to its index values.

    A word stands once: `_content` holds those that are not in `_text` already.
    """

    def add(self, resource: Resource, values: IndexValues) -> None:
        """Add `_text` and `_content`, each a list of folded words in alphabetical order."""
        narrative = resource.get("text")
        div = narrative.get("div") if isinstance(narrative, dict) else None
        told = words(html.unescape(_TAG.sub(" ", div))) if isinstance(div, str) else set()
        texts: list[str] = []
        _gather(resource, texts)
        content = words(" ".join(texts)) - told
        for index, found in (("_text", told), ("_content", content)):
            if found:
                values[index] = sorted(found)[:MOST_WORDS]


def words(text: str) -> set[str]:
    """Split text into folded words; single characters are none."""
    found = set(_WORD.findall(text[:MOST_CHARACTERS].lower()))
    if text.isascii():
        return found
    return {folded for word in found for folded in ((word,) if word.isascii() else _split(word))}


# Folding takes longer than splitting, and words with accents recur; numbers, which do not, have
# none, so that this stops growing.
@lru_cache(maxsize=16_384)
def _split(word: str) -> tuple[str, ...]:
    """Fold one word, which may take it apart ("½" is "1" and "2")."""
    return tuple(_WORD.findall(fold(word)))


def _gather(node: dict[str, Any], texts: list[str]) -> None:
    """Collect what a person may have written: no links, ids and attachments."""
    for name, value in node.items():
        kind = type(value)
        if kind is str:
            if name not in _SKIPPED_TEXTS and not _LINK.match(value):
                texts.append(value)
        elif kind is dict:
            if name not in _SKIPPED_OBJECTS:
                _gather(value, texts)
        elif kind is list:
            for item in value:
                if type(item) is dict:
                    _gather(item, texts)
                elif type(item) is str and not _LINK.match(item):
                    texts.append(item)
