r"""Separators in search values and their escapes: `\,` `\$` `\|` `\\`.

https://hl7.org/fhir/R4/search.html#escaping
"""

import re

_ESCAPED = re.compile(r"\\([,$|\\])")
_SPLITTERS = {
    separator: re.compile(
        rf"((?:[^\\{re.escape(separator)}]|\\.|\\$)*)(?:{re.escape(separator)}|$)"
    )
    for separator in ",|$"
}


def split(text: str, separator: str) -> list[str]:
    """Split at unescaped separators; the parts keep their escapes."""
    if "\\" not in text:
        return text.split(separator)
    splitter = _SPLITTERS[separator]
    parts: list[str] = []
    position = 0
    while True:
        found = splitter.match(text, position)
        assert found is not None  # the pattern matches the empty text
        parts.append(found[1])
        if found.end() == found.end(1):
            return parts
        position = found.end()


def unescape(text: str) -> str:
    """Give the text that an escaped part stands for; other backslashes stay as they are."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def escape(text: str) -> str:
    """Make a text safe as one part of a search value."""
    return re.sub(r"([,$|\\])", r"\\\1", text)
