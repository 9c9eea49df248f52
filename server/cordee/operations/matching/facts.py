"""What of a Patient is compared: names, birth, sex, ways to reach, identifiers.

https://hl7.org/fhir/R4/patient.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cordee.operations.identity.traits import birth_place
from cordee.operations.matching.names import Words, distinct, words
from cordee.resource.folding import fold
from cordee.resource.types import Resource
from cordee.validation.french.ins import BIRTH_NAMES
from cordee.validation.french.systems import REAL_INS, TRIAL_INS
from cordee.validation.rules.resolution import listed

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """A person, ready to be compared."""

    families: tuple[Words, ...]
    givens: tuple[Words, ...]
    birth_date: str | None
    gender: str | None
    birth_place: str | None
    contacts: frozenset[str]
    ins: Key | None
    former_ins: frozenset[Key]
    identifiers: frozenset[Key]


def facts(patient: Resource) -> Facts:
    """Read a Patient; what is not there, or not readable, is left out."""
    names = listed(patient.get("name"))
    rows = [_key(row) | {"use": row.get("use")} for row in listed(patient.get("identifier"))]
    national = [row for row in rows if row["system"] in REAL_INS | TRIAL_INS]
    current = next((row for row in national if row["use"] != "old"), None)
    return Facts(
        families=distinct(words(str(name["family"])) for name in names if name.get("family")),
        givens=distinct(given for name in names for given in _givens(name)),
        birth_date=_text(patient.get("birthDate")),
        gender=patient["gender"] if patient.get("gender") in {"male", "female"} else None,
        birth_place=birth_place(patient),
        contacts=frozenset(_contacts(patient)),
        ins=_pair(current) if current else None,
        former_ins=frozenset(_pair(row) for row in national if row["use"] == "old"),
        identifiers=frozenset(
            _pair(row) for row in rows if row not in national and row["system"] and row["value"]
        ),
    )


def _givens(name: Resource) -> Iterator[Words]:
    given = name.get("given")
    yield words(" ".join(part for part in given if isinstance(part, str)) if given else "")
    for row in listed(name.get("extension")):
        if row.get("url") == BIRTH_NAMES:
            yield words(str(row.get("valueString", "")))


def _contacts(patient: Resource) -> Iterator[str]:
    """Give telephone numbers by their last nine digits, addresses of mail, places by street."""
    for point in listed(patient.get("telecom")):
        value = _text(point.get("value")) or ""
        digits = re.sub(r"\D", "", value)
        if "@" in value:
            yield fold(value)
        elif len(digits) >= 9:
            yield digits[-9:]
    for place in listed(patient.get("address")):
        lines = place.get("line")
        code = _text(place.get("postalCode"))
        if code and isinstance(lines, list) and lines:
            yield f"{code} {fold(str(lines[0]))}"


def _key(row: Resource) -> dict[str, str | None]:
    return {"system": _text(row.get("system")), "value": _text(row.get("value"))}


def _pair(row: dict[str, str | None]) -> Key:
    return row["system"] or "", row["value"] or ""


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
