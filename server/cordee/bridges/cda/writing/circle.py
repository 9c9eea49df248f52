"""The care circle in the header: doctor, team, family, and those a document is for.

https://hl7.org/fhir/R4/careteam.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cordee.bridges.cda.code_tables import Code, CodeTables, oid_of
from cordee.bridges.cda.writing.element import Element, coded, el, null, period
from cordee.bridges.cda.writing.names import address, person_name, telecoms
from cordee.bridges.cda.writing.people import Professional, entity, organization, professional
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.times import bounds
from cordee.resource.types import Resource

_FUNCTIONS = "2.16.840.1.113883.5.88"
_TEAM_ROLES = "1.2.250.1.213.1.6.1.107"
DOCTOR = Code("PCP", _FUNCTIONS, "Médecin Traitant")
"""With the capital that the rules of the summaries ask for."""
COORDINATOR = Code("330", _TEAM_ROLES, "Coordonnateur de parcours")
MEMBER = Code("353", _TEAM_ROLES, "Membre de l'équipe de soins")
RELATIONS = "1.2.250.1.213.3.3.16"
CLOSENESS: dict[str, str] = {"C": "ECON", "ECON": "ECON", "N": "NOK", "NOK": "NOK", "K": "NOK"}
"""Code of a relationship → class of an informant; all others are caregivers."""


@dataclass(frozen=True, slots=True)
class Member:
    """A professional of the circle, in a function, since when."""

    who: Professional
    function: Code
    period: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is around a patient."""

    doctor: Professional | None
    members: tuple[Member, ...]
    relatives: tuple[Mapping[str, Any], ...]
    addressees: tuple[Professional, ...]

    def participants(self, tables: CodeTables) -> Iterator[Element]:
        """Write the doctor and the team."""
        if self.doctor is not None:
            yield _participant("INF", DOCTOR, null("time", "NA"), self.doctor, tables)
        for member in self.members:
            low, high = bounds(member.period)
            time = period("time", low, high, xsi_type="IVL_TS") if low else null("time", "NA")
            yield _participant("PRF", member.function, time, member.who, tables)

    def informants(self, tables: CodeTables) -> Iterator[Element]:
        """Write the relatives."""
        for relative in self.relatives:
            name = person_name(relative)
            if name is not None:
                yield el(
                    "informant",
                    el(
                        "relatedEntity",
                        _relation(relative, tables),
                        address(relative),
                        *telecoms(relative),
                        el("relatedPerson", name),
                        classCode=_closeness(relative),
                    ),
                )

    def recipients(self, tables: CodeTables) -> Iterator[Element]:
        """Write those the document is for."""
        for who in self.addressees:
            yield el("informationRecipient", _recipient(who, tables))


def circle(record: Record, patient: Resource, author: Professional) -> Circle:
    """Gather the circle: active teams of the record, the patient's contacts and doctor."""
    members, relatives = list(_members(record)), list(_relatives(record, patient))
    doctors = [member.who for member in members if member.function is DOCTOR]
    doctors += [professional(record, row) for row in rows(patient, "generalPractitioner")]
    doctor = next((who for who in doctors if who.person is not None), None)
    others = {
        member.who.id: member
        for member in members
        if member.who.id not in {None, author.id} and member.function is not DOCTOR
    }
    return Circle(doctor, tuple(others.values()), tuple(relatives), tuple(_addressees(record)))


def _members(record: Record) -> Iterator[Member]:
    for team in record.all("CareTeam"):
        if team.get("status") not in {"active", "proposed"}:
            continue
        for row in rows(team, "participant"):
            who = professional(record, row.get("member"), owner=team)
            ended = (row.get("period") or {}).get("end")
            if who.person is not None and not ended:
                yield Member(who, _function(row), row.get("period"))


def _function(participant: Mapping[str, Any]) -> Code:
    codes = {
        (oid_of(coding.get("system", "")), coding.get("code"))
        for role in rows(participant, "role")
        for coding in rows(role, "coding")
    }
    known = (DOCTOR, COORDINATOR)
    return next((row for row in known if (row.system, row.code) in codes), MEMBER)


def _relatives(record: Record, patient: Resource) -> Iterator[Mapping[str, Any]]:
    yield from (row for row in record.all("RelatedPerson") if row.get("active", True))
    for contact in rows(patient, "contact"):
        if contact.get("name"):
            yield contact


def _addressees(record: Record) -> Iterator[Professional]:
    focus = record.focus
    named = (*rows(focus, "performer"), *rows(focus, "recipient"), *rows(focus, "owner"))
    for reference in named:
        who = professional(record, reference)
        if who.person is not None or who.structure is not None:
            yield who


def _participant(
    type: str, function: Code, time: Element, who: Professional, tables: CodeTables
) -> Element:
    entry = entity(
        "associatedEntity",
        who,
        tables,
        person="associatedPerson",
        within="scopingOrganization",
        classCode="PROV",
    )
    return el("participant", coded("functionCode", function), time, entry, typeCode=type)


def _recipient(who: Professional, tables: CodeTables) -> Element:
    name = person_name(who.person)
    made = entity("intendedRecipient", Professional(who.person, who.role), tables)
    for extra in made.findall("{*}code") + made.findall("{*}assignedPerson"):
        made.remove(extra)
    if name is not None:
        made.append(el("informationRecipient", name))
    structure = organization("receivedOrganization", who.structure)
    if structure is not None:
        made.append(structure)
    return made


def _codes(relative: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for concept in rows(relative, "relationship"):
        for coding in rows(concept, "coding"):
            yield coding.get("code", ""), coding.get("display", "")


def _closeness(relative: Mapping[str, Any]) -> str:
    found = (CLOSENESS.get(code) for code, _ in _codes(relative))
    return next((kind for kind in found if kind), "CAREGIVER")


def _relation(relative: Mapping[str, Any], tables: CodeTables) -> Element | None:
    """Give the first relation that the national list has."""
    known = tables.table(RELATIONS) or {}
    for concept in rows(relative, "relationship"):
        for coding in rows(concept, "coding"):
            found = known.get((coding.get("code", ""), oid_of(coding.get("system", "")) or ""))
            if found is not None:
                return coded("code", found)
    return None
