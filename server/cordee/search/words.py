"""Words of the narrative (`_text`) and of the whole resource (`_content`).

https://hl7.org/fhir/R4/search.html#text
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from cordee.resource.folding import fold
from cordee.resource.types import Resource
from cordee.search.values import IndexValues

_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]{2,40}")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SKIPPED = frozenset({"text", "resourceType", "data", "id", "reference", "url", "system", "meta"})

MOST_WORDS = 5_000
"""Most different words kept of one resource, so that a book stays a document."""


class Words:
    """Adds the words of a resource to its index values.

    A word stands once: `_content` holds those that are not in `_text` already.
    """

    def add(self, resource: Resource, values: IndexValues) -> None:
        """Add `_text` and `_content`, each a list of folded words in alphabetical order."""
        narrative = resource.get("text")
        div = narrative.get("div") if isinstance(narrative, dict) else None
        told = words(_TAG.sub(" ", html.unescape(div))) if isinstance(div, str) else set()
        content = words(" ".join(_strings(resource))) - told
        for index, found in (("_text", told), ("_content", content)):
            if found:
                values[index] = sorted(found)[:MOST_WORDS]


def words(text: str) -> set[str]:
    """Split text into folded words; single characters are none."""
    return set(_WORD.findall(fold(text)))


def _strings(node: dict[str, Any]) -> Iterator[str]:
    """Give what a person may have written: no links, ids and attachments."""
    for name, value in node.items():
        if name in _SKIPPED and not (name == "text" and isinstance(value, str)):
            continue
        yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if not _LINK.match(value):
            yield value
    elif isinstance(value, dict):
        yield from _strings(value)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
