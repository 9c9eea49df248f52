"""The patient in the header: INS, five traits, names in use, address.

The traits are those of the national identity: birth name, first given name of the birth
certificate, sex, date and place of birth. A document without them is refused.

https://hl7.fr/ig/fhir/core/StructureDefinition-fr-core-patient-ins.html
"""

from collections.abc import Mapping
from typing import Any

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.namespaces import INS_ROOTS
from cordee.bridges.cda.writing.element import Element, coded, el
from cordee.bridges.cda.writing.names import address, telecoms
from cordee.bridges.cda.writing.problems import Problems
from cordee.bridges.cda.writing.record import current, extension, first, rows
from cordee.bridges.cda.writing.times import day
from cordee.resource.check_digits import is_ins
from cordee.resource.types import Resource

_GENDER = "2.16.840.1.113883.5.1"
GENDERS: dict[str, Code] = {
    "female": Code("F", _GENDER, "Féminin"),
    "male": Code("M", _GENDER, "Masculin"),
    "unknown": Code("UN", _GENDER, "Inconnu"),
    "other": Code("UN", _GENDER, "Inconnu"),
}


def ins(patient: Resource, problems: Problems) -> tuple[str, str]:
    """Give the INS and its authority; note when it is missing or does not end in its key."""
    for row in current(patient, "identifier"):
        root = str(row.get("system", "")).removeprefix("urn:oid:")
        value = str(row.get("value", ""))
        if root in INS_ROOTS and value:
            if not is_ins(value):
                text = "The INS of the patient is not 15 characters that end in its key"
                problems.missing(text, "Patient.identifier")
            return value, root
    text = "The patient has no INS, which a document for national services needs"
    problems.missing(text, "Patient.identifier")
    return "", ""


def record_target(patient: Resource, problems: Problems) -> Element:
    """Write the patient; note every trait that is missing."""
    number, root = ins(patient, problems)
    others = [el("id", root=oid, extension=value) for oid, value in _local_ids(patient)]
    return el(
        "recordTarget",
        el(
            "patientRole",
            el("id", root=root, extension=number),
            *others,
            address(patient),
            *telecoms(patient),
            _person(patient, problems),
        ),
    )


def _local_ids(patient: Resource) -> list[tuple[str, str]]:
    """Give the identifiers of establishments, whose authority is an OID."""
    found = []
    for row in current(patient, "identifier"):
        system, value = str(row.get("system", "")), row.get("value")
        root = system.removeprefix("urn:oid:")
        if system.startswith("urn:oid:") and value and root not in INS_ROOTS:
            found.append((root, str(value)))
    return found


def _person(patient: Resource, problems: Problems) -> Element:
    gender = GENDERS.get(str(patient.get("gender")))
    if gender is None:
        problems.missing("The sex of the patient is missing", "Patient.gender")
    born = day(patient.get("birthDate"))
    if born is None:
        problems.missing("The date of birth of the patient is missing", "Patient.birthDate")
    return el(
        "patient",
        _name(patient, problems),
        coded("administrativeGenderCode", gender) if gender else None,
        el("birthTime", value=born) if born else None,
        _birth_place(patient, problems),
    )


def official_name(patient: Resource) -> Mapping[str, Any]:
    """Give the name of the birth certificate."""
    names = rows(patient, "name")
    return next(
        (name for name in names if name.get("use") == "official"), first(patient, "name") or {}
    )


def _name(patient: Resource, problems: Problems) -> Element:
    name = official_name(patient)
    births = extension(name, "birth-list-given-name")
    given = first(name, "given")
    family = name.get("family")
    if not family:
        problems.missing("The birth name of the patient is missing", "Patient.name.family")
    if not given:
        text = "The first given name of the patient's birth certificate is missing"
        problems.missing(text, "Patient.name.given")
    all_given = (births or {}).get("valueString") or " ".join(rows(name, "given"))
    used: Mapping[str, Any] = next(
        (row for row in rows(patient, "name") if row.get("use") == "usual"), {}
    )
    used_given = first(used, "given")
    return el(
        "name",
        el("family", family or "", qualifier="BR"),
        el("given", all_given),
        el("given", given or "", qualifier="BR"),
        el("family", used["family"], qualifier="CL") if used.get("family") else None,
        el("given", used_given, qualifier="CL") if used_given else None,
    )


def _birth_place(patient: Resource, problems: Problems) -> Element | None:
    place = (extension(patient, "patient-birthPlace") or {}).get("valueAddress") or {}
    found = extension(place, "insee-code") or {}
    code = (found.get("valueCoding") or {}).get("code")
    if not code:
        text = "The COG code of the patient's place of birth is missing"
        problems.missing(text, "Patient.extension('patient-birthPlace')")
        return None
    city = place.get("city")
    return el(
        "birthplace",
        el("place", el("addr", el("county", code), el("city", city) if city else None)),
    )
