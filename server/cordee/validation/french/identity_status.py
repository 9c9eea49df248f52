"""The trust in an identity: one of four statuses, and up to three attributes.

Two ways of writing it are read. FR Core up to 2.2 has one list, where `VALI` on an identity that
carries an INS means qualified; the next one has the four statuses of the RNIV, and keeps the
attributes in a comment.

Référentiel national d'identitovigilance, EXI SI 07; guide INS, EXI 24 and EXI 26.
https://hl7.fr/ig/fhir/core/
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cordee.resource.folding import fold
from cordee.resource.types import Resource
from cordee.validation.french.systems import REAL_INS, TRIAL_INS
from cordee.validation.rules.resolution import listed

RELIABILITY = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability"
FOUR_STATUSES = "fr-core-cs-identity-status"
"""The code system with the four statuses of the RNIV; the one before it says VALI for qualified."""


class Status(StrEnum):
    """How far an identity can be trusted: asked of INSi or not, proved by a document or not."""

    PROVISIONAL = "PROV"
    RETRIEVED = "RECUP"
    VALIDATED = "VALI"
    QUALIFIED = "QUAL"


class Attribute(StrEnum):
    """What else is to know of an identity."""

    HOMONYM = "HOMO"
    DOUBTFUL = "DOUT"
    FICTITIOUS = "FICT"


WITH_INS = frozenset({Status.RETRIEVED, Status.QUALIFIED})
"""The statuses that mean that INSi was asked, and gave the INS."""

FORCING = frozenset({Attribute.DOUBTFUL, Attribute.FICTITIOUS})
"""The attributes that make an identity provisional, take its INS away and bar INSi."""

ATTRIBUTES = {
    "DOUT": Attribute.DOUBTFUL,
    "DOUB": Attribute.DOUBTFUL,
    "DOUA": Attribute.DOUBTFUL,
    "FICT": Attribute.FICTITIOUS,
    "HOMO": Attribute.HOMONYM,
    "HOMD": Attribute.HOMONYM,
    "HOMA": Attribute.HOMONYM,
}
"""Codes → attribute; an identity that proved to be a duplicate is in doubt."""

_WORDS = (
    ("dout", Attribute.DOUBTFUL),
    ("fict", Attribute.FICTITIOUS),
    ("homo", Attribute.HOMONYM),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a Patient says of its identity.

    `statuses` has more than one member only by mistake, none when nothing is said. `codes` are all
    codes as written.
    """

    statuses: frozenset[Status]
    attributes: frozenset[Attribute]
    codes: frozenset[str]

    @property
    def status(self) -> Status | None:
        """The only status, PROVISIONAL where an attribute forces it, None when none is said."""
        if self.attributes & FORCING:
            return Status.PROVISIONAL
        return next(iter(self.statuses)) if len(self.statuses) == 1 else None


def standing(patient: Resource) -> Standing:
    """Read the status and the attributes of a Patient, in either way of writing."""
    pairs = list(_codes(patient))
    carries = carries_ins(patient)
    statuses = {found for system, code in pairs if (found := _status(system, code, carries))}
    attributes = {ATTRIBUTES[code] for _, code in pairs if code in ATTRIBUTES}
    attributes.update(_commented(patient))
    return Standing(
        frozenset(statuses), frozenset(attributes), frozenset(code for _, code in pairs)
    )


def carries_ins(patient: Resource) -> bool:
    """Tell whether a Patient has a current INS; former ones have the use `old`."""
    return any(
        str(identifier.get("system")) in REAL_INS | TRIAL_INS and identifier.get("use") != "old"
        for identifier in listed(patient.get("identifier"))
    )


def _status(system: str, code: str, carries: bool) -> Status | None:
    if code == Status.VALIDATED and not system.endswith(FOUR_STATUSES):
        return Status.QUALIFIED if carries else Status.VALIDATED
    return Status(code) if code in set(Status) else None


def _codes(patient: Resource) -> Iterator[tuple[str, str]]:
    for part in _parts(patient, "identityStatus"):
        coding = part.get("valueCoding")
        if isinstance(coding, dict) and isinstance(coding.get("code"), str):
            yield str(coding.get("system")), coding["code"]


def _commented(patient: Resource) -> Iterator[Attribute]:
    for part in _parts(patient, "comment"):
        coding = part.get("valueCoding")
        code = coding.get("code") if isinstance(coding, dict) else part.get("valueCode")
        if isinstance(code, str) and code in ATTRIBUTES:
            yield ATTRIBUTES[code]
        text = part.get("valueString")
        words = fold(text).split() if isinstance(text, str) else ()
        yield from (found for stem, found in _WORDS if any(word.startswith(stem) for word in words))


def _parts(patient: Resource, url: str) -> Iterator[Resource]:
    for reliability in listed(patient.get("extension")):
        if reliability.get("url") == RELIABILITY:
            for part in listed(reliability.get("extension")):
                if part.get("url") == url:
                    yield part
