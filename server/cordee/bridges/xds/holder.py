"""For whom the national record is asked: the professional who calls, or this software.

https://mos.esante.gouv.fr/NOS/JDV_J65-SubjectRole-DMP/FHIR/JDV-J65-SubjectRole-DMP
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cordee import __version__
from cordee.access.caller import Caller
from cordee.bridges.cda.code_tables import Code, CodeTables, oid_of
from cordee.bridges.cda.writing.people import person_id
from cordee.bridges.cda.writing.record import first, rows
from cordee.bridges.xds.vihf import SOFTWARE, Holder
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource

ROLES = "1.2.250.1.213.1.1.5.5"
"""JDV_J65: what somebody may be to the DMP."""
AUTOMATON = Code("AUTOMATE", "1.2.250.1.213.1.1.4.6", "Automate")
PROFESSIONS = ("1.2.250.1.71.1.2.7", "1.2.250.1.213.1.6.1.4", "1.2.250.1.213.1.6.1.109")
"""Health, social, and titles of use."""
KNOW_HOW = ("1.2.250.1.71.4.2.5", "1.2.250.1.71.4.2.6")
"""Of doctors, of pharmacists."""
_SAME = {"1.2.250.1.213.2.28": "1.2.250.1.71.4.2.5"}
"""Specialities of the order → the list of the DMP, which has the same codes."""
_TWICE = frozenset({"10", "21"})
"""Doctors and pharmacists, who must say more than their profession."""


async def holder(services: Services, tables: CodeTables, caller: Caller) -> Holder:
    """Give for whom a call of `caller` is made.

    Raises FORBIDDEN for patients and relatives, UNPROCESSABLE for a professional of whom too little
    is known.
    """
    now = services.clock()
    if caller.kind != "professional" and not caller.acts_for_structure:
        text = "Patients and relatives use Mon espace santé: the DMP is asked for professionals"
        raise FhirError(Category.FORBIDDEN, text)
    if caller.kind != "professional":
        return software(services, tables, now)
    known = await _known(services, caller.references)
    people = [row for row in known if row["resourceType"] == "Practitioner"]
    id = next((found for row in people if (found := person_id(row))), None)
    name = next((row for one in people if (row := first(one, "name"))), None)
    roles = _roles(tables, [*people, *known])
    if id is None or name is None or not roles:
        text = (
            "The DMP must know who asks: a Practitioner with a national identifier and a name, "
            "whose PractitionerRole has a profession (and a doctor or pharmacist their know-how)"
        )
        raise FhirError(Category.UNPROCESSABLE, text, expression="PractitionerRole.code")
    names = (str(name.get("family", "")), " ".join(rows(name, "given")))
    return Holder(id, names, roles, now)


def software(services: Services, tables: CodeTables, now: datetime) -> Holder:
    """Give this software, under the person who answers for it."""
    settings = services.settings
    table = tables.table(ROLES) or {}
    role = table.get((AUTOMATON.code, AUTOMATON.system), AUTOMATON)
    return Holder(settings.dmp_responsible, (SOFTWARE, __version__), (role,), now, software=True)


def written(who: Holder) -> dict[str, Any]:
    """Write a holder as exchanges keep it."""
    return {
        "id": who.id,
        "names": list(who.names),
        "roles": [[code.code, code.system, code.display] for code in who.roles],
        "since": who.since.isoformat(),
        "software": who.software,
    }


def read(told: Mapping[str, Any]) -> Holder:
    """Read what `written` wrote."""
    return Holder(
        told["id"],
        (told["names"][0], told["names"][1]),
        tuple(Code(*row) for row in told["roles"]),
        datetime.fromisoformat(told["since"]),
        told["software"],
    )


async def _known(services: Services, references: Sequence[str]) -> list[Resource]:
    keys = [tuple(row.split("/", 1)) for row in references]
    wanted = [(type, id) for type, id in keys if type in {"Practitioner", "PractitionerRole"}]
    found = await services.store.read_many(wanted)
    return [json.parse(found[key].body) for key in wanted if key in found]


def _roles(tables: CodeTables, known: Sequence[Resource]) -> tuple[Code, ...]:
    """Give the profession, and the know-how of who must tell it; none when either is missing."""
    table = tables.table(ROLES) or {}
    held = [table[key] for row in known for key in _codings(row) if key in table]
    profession = next((code for code in held if code.system in PROFESSIONS), None)
    if profession is None:
        return ()
    further = next((code for code in held if code.system in KNOW_HOW), None)
    if profession.code in _TWICE and profession.system == PROFESSIONS[0]:
        return (profession, further) if further is not None else ()
    return (profession,)


def _codings(held: Resource) -> Iterator[tuple[str, str]]:
    concepts = [*rows(held, "code"), *rows(held, "specialty")]
    concepts += [row.get("code") or {} for row in rows(held, "qualification")]
    for concept in concepts:
        for coding in rows(concept, "coding"):
            system = oid_of(str(coding.get("system", "")))
            if system and coding.get("code"):
                yield str(coding["code"]), _SAME.get(system, system)
