"""Professionals and structures: who they are in FHIR, how CDA names them.

https://hl7.org/fhir/R4/practitionerrole.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cordee.bridges.cda.code_tables import Code, CodeTables, oid_of
from cordee.bridges.cda.namespaces import PERSON, STRUCTURE
from cordee.bridges.cda.writing.element import Element, coded, el
from cordee.bridges.cda.writing.names import address, person_name, spoken_name, telecoms
from cordee.bridges.cda.writing.record import Record, rows
from cordee.resource.types import Resource
from cordee.validation.french.systems import FINESS, PROFESSIONAL, RPPS, SIRENE
from cordee.validation.french.systems import STRUCTURE as STRUCTURE_SYSTEM

SPECIALTIES = "1.2.250.1.213.1.1.5.461"
"""JDV_J01: profession, with the know-how after a slash."""
FACILITIES = "1.2.250.1.213.1.1.5.466"
SETTINGS = "1.2.250.1.213.1.1.5.467"
_PROFESSIONS = "1.2.250.1.71.1.2.7"
_KNOW_HOW = frozenset(("1.2.250.1.213.2.28", "1.2.250.1.71.4.2.6"))
"""Of doctors, of pharmacists."""
_COMBINED = "1.2.250.1.213.1.1.4.5"
_SECTORS = "1.2.250.1.71.4.2.4"
_ADELI = "https://adeli.esante.gouv.fr"

_UNKNOWN_SECTOR = Code("SA43", _SECTORS, "Secteur non défini")
_AMBULATORY = "AMBULATOIRE"
SECTOR_SETTINGS = dict.fromkeys(("SA01", "SA02", "SA03", "SA04"), "ETABLISSEMENT") | dict.fromkeys(
    ("SA16", "SA17", "SA18", "SA20", "SA21", "SA41"), "ESSMS"
)
"""Sector of activity of a structure → practice setting; all others are ambulatory."""


@dataclass(frozen=True, slots=True)
class Professional:
    """Somebody at work: the person, the role, the structure; some may be unknown."""

    person: Resource | None = None
    role: Resource | None = None
    structure: Resource | None = None

    @property
    def id(self) -> str | None:
        """The national identifier of the person (IdNat_PS)."""
        return person_id(self.person) or person_id(self.role)

    @property
    def name(self) -> str:
        """The name, for people."""
        return spoken_name(self.person) or spoken_name(self.structure)

    @property
    def reach(self) -> Mapping[str, Any] | None:
        """The resource that says how to reach them."""
        holders = (self.role, self.person, self.structure)
        return next((row for row in holders if row and row.get("telecom")), None)

    @property
    def place(self) -> Mapping[str, Any] | None:
        """The resource that holds an address."""
        holders = (self.person, self.structure)
        return next((row for row in holders if row and row.get("address")), None)


def professional(record: Record, reference: object, owner: Resource | None = None) -> Professional:
    """Find who a reference names: a role, a person or a structure."""
    found = record.get(reference, owner=owner)
    type = (found or {}).get("resourceType")
    if type == "PractitionerRole":
        person = record.get((found or {}).get("practitioner"), "Practitioner", owner=found)
        structure = record.get((found or {}).get("organization"), "Organization", owner=found)
        return Professional(person, found, structure)
    if type == "Practitioner":
        return Professional(found, *_role_of(record, found or {}))
    return Professional(structure=found) if type == "Organization" else Professional()


def _role_of(record: Record, person: Resource) -> tuple[Resource | None, Resource | None]:
    """Give the only role of a person, and its structure."""
    own = f"Practitioner/{person.get('id')}"
    roles = [row for row in record.all("PractitionerRole") if _names(row.get("practitioner"), own)]
    if len(roles) != 1:
        return None, None
    return roles[0], record.get(roles[0].get("organization"), "Organization", owner=roles[0])


def _names(reference: object, key: str) -> bool:
    literal = reference.get("reference") if isinstance(reference, Mapping) else None
    return bool(literal) and str(literal).endswith(key)


def person_id(holder: Mapping[str, Any] | None) -> str | None:
    """Give an IdNat_PS: as it is, or made of an RPPS or ADELI number."""
    held = {row.get("system"): str(row.get("value", "")) for row in rows(holder, "identifier")}
    if held.get(PROFESSIONAL):
        return held[PROFESSIONAL]
    if held.get(RPPS):
        return f"8{held[RPPS]}"
    return f"0{held[_ADELI]}" if held.get(_ADELI) else None


def structure_id(structure: Mapping[str, Any] | None) -> str | None:
    """Give an IdNat_Struct: as it is, or made of a FINESS, SIRET or SIREN number."""
    held = {row.get("system"): str(row.get("value", "")) for row in rows(structure, "identifier")}
    if held.get(STRUCTURE_SYSTEM):
        return held[STRUCTURE_SYSTEM]
    if held.get(FINESS):
        return f"1{held[FINESS]}"
    number = held.get(SIRENE)
    return f"{3 if len(number) == 14 else 2}{number}" if number else None


def specialty(who: Professional, tables: CodeTables) -> Code | None:
    """Give the profession and know-how as the national list combines them; None if it has not."""
    known = tables.table(SPECIALTIES) or {}
    return next((known[key] for key in _specialties(who) if key in known), None)


def _specialties(who: Professional) -> Iterator[tuple[str, str]]:
    held = [*_codings(who.role, "code"), *_codings(who.role, "specialty")]
    professions = [code for code, system in held if system == _PROFESSIONS]
    know_how = [code for code, system in held if system in _KNOW_HOW]
    for profession in professions:
        for own in know_how:
            yield f"G15_{profession}/{own}", _COMBINED
        yield f"G15_{profession}", _COMBINED
    yield from ((code, system) for code, system in held if system not in {_PROFESSIONS, *_KNOW_HOW})


def _codings(holder: Mapping[str, Any] | None, name: str) -> Iterator[tuple[str, str]]:
    for concept in rows(holder, name):
        for coding in rows(concept, "coding"):
            system = oid_of(coding.get("system", ""))
            if system and coding.get("code"):
                yield coding["code"], system


def sector(structure: Mapping[str, Any] | None, tables: CodeTables) -> Code:
    """Give the sector of activity of a structure, which is its type of facility."""
    known = tables.table(FACILITIES) or {}
    found = (known.get(key) for key in _codings(structure, "type"))
    return next((code for code in found if code is not None), _UNKNOWN_SECTOR)


def setting(structure: Mapping[str, Any] | None, tables: CodeTables) -> Code:
    """Give the practice setting of a structure."""
    wanted = SECTOR_SETTINGS.get(sector(structure, tables).code, _AMBULATORY)
    return tables.code(SETTINGS, wanted) or Code(wanted, "1.2.250.1.213.1.1.4.9", "")


def organization(
    name: str, structure: Mapping[str, Any] | None, tables: CodeTables | None = None
) -> Element | None:
    """Write a structure; with `tables` its practice setting too."""
    if structure is None:
        return None
    id, called = structure_id(structure), structure.get("name")
    return el(
        name,
        el("id", root=STRUCTURE, extension=id) if id else None,
        el("name", called) if called else None,
        telecoms(structure, 1)[0],
        address(structure),
        coded("standardIndustryClassCode", setting(structure, tables)) if tables else None,
    )


def entity(
    name: str,
    who: Professional,
    tables: CodeTables,
    /,
    *,
    person: str = "assignedPerson",
    within: str = "representedOrganization",
    setting: bool = False,
    **attributes: str,
) -> Element:
    """Write a professional: identifier, profession, address, telecoms, name, structure."""
    code = specialty(who, tables)
    called = person_name(who.person)
    return el(
        name,
        el("id", root=PERSON, extension=who.id) if who.id else None,
        coded("code", code) if code else None,
        address(who.place),
        *telecoms(who.reach),
        el(person, called) if called is not None else None,
        organization(within, who.structure, tables if setting else None),
        **attributes,
    )
