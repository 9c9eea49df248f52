"""Order of business versions, so that "the newest" means something.

A canonical without a version asks for the newest; R4 fixes no version syntax, so semantic versions
win over dates, dates over free text, and anything over nothing.

https://hl7.org/fhir/R4/references.html#canonical
"""

import re
from typing import TypeAlias

Key: TypeAlias = tuple[int, tuple[int, ...], tuple[tuple[int, int, str], ...], str]
"""Scheme rank, numbers, pre-release identifiers, the text itself as the last resort."""

_DATE = re.compile(r"(?:19|20)\d\d(?:-?(?:0[1-9]|1[0-2])(?:-?[0-3]\d.*)?)$")
_SEMANTIC = re.compile(r"v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$")
_RELEASE = ((1, 0, ""),)

_NONE, _TEXT, _DATED, _NUMBERED = range(4)


def key(version: str | None) -> Key:
    """Give a sort key: the greater, the newer (https://semver.org/#spec-item-11)."""
    if not version:
        return (_NONE, (), (), "")
    if _DATE.match(version):
        return (_DATED, (int(re.sub(r"\D", "", version).ljust(14, "0")[:14]),), (), version)
    semantic = _SEMANTIC.match(version)
    if semantic is None:
        return (_TEXT, (), (), version)
    numbers = tuple(int(number) for number in semantic[1].split("."))
    return (_NUMBERED, numbers, _prerelease(semantic[2]), version)


def _prerelease(label: str | None) -> tuple[tuple[int, int, str], ...]:
    """A release outranks its pre-releases; numbers rank below words inside a label."""
    if label is None:
        return _RELEASE
    parts = label.split(".")
    return tuple((0, int(part), "") if part.isdigit() else (0, 1 << 62, part) for part in parts)
