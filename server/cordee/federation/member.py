"""Who takes part, in words that every server understands: national identifiers, and a name.

| member | known by |
|---|---|
| Practitioner | IdNat_PS (RPPS) |
| PractitionerRole | the professional's, and the structure's |
| Organization | IdNat_Struct (FINESS, SIRET) |
| RelatedPerson | INS |

Who has none of these is known by the server that first spoke of them, and their id there.

https://hl7.org/fhir/R4/careteam-definitions.html#CareTeam.participant.member
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cordee.resource.types import Resource
from cordee.validation.french.systems import (
    FINESS,
    PROFESSIONAL,
    REAL_INS,
    RPPS,
    SIRENE,
    STRUCTURE,
    TRIAL_INS,
)

ORIGIN = "https://cordee.example/fhir/NamingSystem/federation-origin"
"""System of the identifier `server/Type/id` of those who have no national one."""

KINDS = ("Practitioner", "PractitionerRole", "Organization", "RelatedPerson")
Element = dict[str, Any]
Name = tuple[str, str]
"""(system, value)."""

_OLDER = {
    "http://rpps.fr": RPPS,
    "http://rpps.esante.gouv.fr": RPPS,
    "http://finess.sante.gouv.fr": FINESS,
}
_SPACE = re.compile(r"\s+")
_ACCEPTED: Mapping[str, frozenset[str]] = {
    "Practitioner": frozenset({PROFESSIONAL, ORIGIN}),
    "Organization": frozenset({STRUCTURE, ORIGIN}),
    "RelatedPerson": REAL_INS | TRIAL_INS | {ORIGIN},
}


@dataclass(frozen=True)
class Member:
    """Somebody, or a structure: `key` is the same on all servers, `described` the least to say."""

    key: str
    described: Resource

    @property
    def kind(self) -> str:
        """The type of resource that stands for them."""
        type: str = self.described["resourceType"]
        return type


def member(described: Resource) -> Member | None:
    """Read a description; None for one that does not say who is meant."""
    kind = described.get("resourceType")
    if kind == "PractitionerRole":
        who = national("Practitioner", _named(described.get("practitioner")))
        where = national("Organization", _named(described.get("organization")))
        own = national("Practitioner", described.get("identifier", ()))
        if who is None and (own is None or own[0] != ORIGIN):
            return None
        names = [name for name in (who or own, where) if name is not None]
    else:
        name = national(str(kind), described.get("identifier", ()))
        if name is None:
            return None
        names = [name]
    return Member("|".join((str(kind), *(part for name in names for part in name))), described)


def national(kind: str, identifiers: Iterable[Element]) -> Name | None:
    """Give the identifier that somebody of a kind is known by, in its one form."""
    found = [normal(row) for row in identifiers if row.get("use") != "old"]
    wanted = _ACCEPTED.get(kind, frozenset())
    known = sorted(name for name in found if name is not None and name[0] in wanted)
    return next((name for name in known if name[0] != ORIGIN), next(iter(known), None))


def normal(identifier: Element) -> Name | None:
    """Give an identifier with national numbers in their one form; None for half of one."""
    system, value = identifier.get("system"), identifier.get("value")
    if not isinstance(system, str) or not isinstance(value, str):
        return None
    value, system = _SPACE.sub("", value), _OLDER.get(system, system)
    if system == RPPS:
        return PROFESSIONAL, value if len(value) == 12 else f"8{value}"
    if system == FINESS:
        return STRUCTURE, value if len(value) == 10 else f"1{value}"
    if system == SIRENE:
        return STRUCTURE, f"3{value}" if len(value) == 14 else f"2{value}"
    return system, value


def names(described: Resource) -> list[Name]:
    """Give the identifiers of a description."""
    found = (normal(row) for row in described.get("identifier", ()))
    return [name for name in found if name is not None]


def forms(name: Name) -> list[Name]:
    """Give the forms in which a server may keep an identifier."""
    system, value = name
    if system == PROFESSIONAL and value.startswith("8"):
        return [name, *((one, value[1:]) for one in (RPPS, "http://rpps.fr"))]
    if system == STRUCTURE:
        bare = {"1": FINESS, "2": SIRENE, "3": SIRENE}.get(value[:1])
        return [name, (bare, value[1:])] if bare else [name]
    return [name]


def identifier(name: Name) -> Element:
    """Write an identifier."""
    return {"system": name[0], "value": name[1]}


def origin(server: str, reference: str) -> Element:
    """Make the identifier of who has no national one: "Type/id" on a server."""
    return identifier((ORIGIN, f"{server}/{reference}"))


def _named(reference: Element | None) -> list[Element]:
    return [reference["identifier"]] if reference and "identifier" in reference else []
