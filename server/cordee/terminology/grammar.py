"""Code systems whose codes follow a grammar: a code can be checked though none is listed.

https://hl7.org/fhir/R4/terminologies-systems.html
"""

import re
from collections.abc import Callable, Mapping

from cordee.resource import quantity

_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language, extended languages
    r"(?:-[a-z]{4})?"  # script
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"  # region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"  # private use
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}(?:-[a-z]{2,8})?",
    re.IGNORECASE,
)
_NAME = r"[A-Za-z0-9!#$&\-^_.+]{1,127}"
_MEDIA_TYPE = re.compile(rf"{_NAME}/{_NAME}(?:\s*;\s*{_NAME}=(?:{_NAME}|\"[^\"\\]*\"))*", re.ASCII)
_SHORT_FORMATS = frozenset(("xml", "json", "ttl"))
"""The short names that R4 itself uses where it wants a media type of FHIR."""

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")

GRAMMARS: Mapping[str, Callable[[str], bool]] = {
    "http://unitsofmeasure.org": quantity.is_valid,
    "urn:ietf:bcp:13": lambda code: (
        code in _SHORT_FORMATS or _MEDIA_TYPE.fullmatch(code) is not None
    ),
    "urn:ietf:bcp:47": lambda code: _LANGUAGE.fullmatch(code) is not None,
    "urn:ietf:rfc:3986": lambda code: _URI.fullmatch(code) is not None,
}
"""System → whether a text is a code of it (BCP 13 media types, BCP 47 languages, UCUM, URIs)."""

FILTERS: Mapping[tuple[str, str, str], Callable[[str, str], bool]] = {
    ("http://unitsofmeasure.org", "canonical", "="): quantity.comparable,
}
"""(system, property, operator) → test of (code, value) for filters on such systems."""
