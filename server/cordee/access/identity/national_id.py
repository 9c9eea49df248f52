"""The national id of a professional, in the forms that directories keep it in.

Pro Santé Connect gives `SubjectNameID`: the kind of register, then its number, as in `8` and the 11
digits of an RPPS number. FR Core keeps that whole under one system and the bare number under
another.
"""

import re
from typing import Any

from cordee.access.tokens.claims import Claims

WHOLE = "urn:oid:1.2.250.1.71.4.2.1"
RPPS = "https://rpps.esante.gouv.fr"
SYSTEMS = (WHOLE, RPPS, "http://rpps.fr", "http://rpps.esante.gouv.fr")
"""Where a Practitioner's identifier may stand; the last ones are those of earlier guides."""

_PREFIXED = re.compile(r"8\d{11}")
_BARE = re.compile(r"\d{11}")


def national_id(claims: Claims, userinfo: Claims) -> str | None:
    """Give the caller's national id: `SubjectNameID`, else `preferred_username`."""
    for name in ("SubjectNameID", "preferred_username"):
        for source in (claims, userinfo):
            found: Any = source.get(name)
            if isinstance(found, str) and found.strip():
                return found.strip()
    return None


def forms(id: str) -> frozenset[tuple[str | None, str]]:
    """Give the identifiers, as (system, value), that one national id may be kept as."""
    values = {id}
    if _PREFIXED.fullmatch(id):
        values.add(id[1:])
    elif _BARE.fullmatch(id):
        values.add("8" + id)
    return frozenset((system, value) for system in SYSTEMS for value in values)
