"""Professionals, structures, relatives and devices of a document.

Whoever is stored already, by national identifier, is referenced and left as they are.

https://hl7.org/fhir/R4/practitionerrole.html
"""

import re
from typing import Any

from cordee.bridges.annuaire.vocabulary import HEALTH, SPECIALTIES
from cordee.bridges.annuaire.vocabulary import identifier as national
from cordee.bridges.cda.namespaces import PERSON, STRUCTURE
from cordee.bridges.cda.reading.identifiers import identifier
from cordee.bridges.cda.reading.names import addresses, human_name, spoken, telecoms
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.resource.types import Resource
from cordee.validation.french.systems import FINESS, PROFESSIONAL, RPPS, SIRENE
from cordee.validation.french.systems import STRUCTURE as STRUCTURE_SYSTEM

_PERSONS = ("assignedPerson", "associatedPerson", "informationRecipient", "playingEntity")
_STRUCTURES = ("representedOrganization", "scopingOrganization", "receivedOrganization")
_NUMBERS = {"1": ("FINEG", FINESS, 9), "2": ("SIREN", SIRENE, 9), "3": ("SIRET", SIRENE, 14)}
"""First digit of an IdNat_Struct → kind of number, its system and length."""
_COMBINED = re.compile(r"G15_(\w+)(?:/(\w+))?")


def who(reading: Reading, node: Node | None) -> dict[str, Any] | None:
    """Give a Reference to the professional, relative, device or structure an entity is."""
    if node is None:
        return None
    device = node.one("assignedAuthoringDevice")
    if device is not None:
        return _device(reading, node, device)
    if node.name == "relatedEntity":
        return relative(reading, node)
    held = next((row for name in _STRUCTURES if (row := node.one(name))), None)
    structure = organization(reading, held) if held is not None else None
    person = _person(reading, node, structure)
    code = reading.words.concept(node.one("code"))
    if person is None:
        return structure
    if structure is None and code is None:
        return person
    return _role(reading, node, person, structure, code)


def _person(
    reading: Reading, node: Node, structure: dict[str, Any] | None
) -> dict[str, Any] | None:
    held = next((row for name in _PERSONS if (row := node.one(name))), None)
    name = human_name(held.one("name")) if held is not None else None
    number = _number(node, PERSON)
    made: Resource = {
        "resourceType": "Practitioner",
        "identifier": _person_identifiers(node, number),
        "name": [name] if name else [],
        "telecom": telecoms(node),
        "address": addresses(node),
    }
    display = spoken(name)
    shown = {"display": display} if display else {}
    if number:
        known = reading.known.people.get(number)
        criteria = f"identifier={PROFESSIONAL}|{number}"
        found = (
            {"reference": known} if known else reading.share(node, made, number, criteria=criteria)
        )
        return found | shown
    if not display:
        return None
    about = str((structure or {}).get("reference"))
    return reading.share(node, made, reading.scope, display, about) | shown


def _number(node: Node, root: str) -> str | None:
    """Give the national identifier of an entity."""
    found = (row.get("extension") for row in node.all("id") if row.get("root") == root)
    return next((number for number in found if number), None)


def _person_identifiers(node: Node, number: str | None) -> list[dict[str, Any]]:
    found = [] if number is None else [national("IDNPS", PROFESSIONAL, number)]
    if number and len(number) == 12 and number.startswith("8"):
        found.append(national("RPPS", RPPS, number[1:]))
    others = [identifier(row) for row in node.all("id") if row.get("root") != PERSON]
    return [*found, *(row for row in others if row)]


def organization(reading: Reading, node: Node) -> dict[str, Any] | None:
    """Give a Reference to a structure; None when nothing is said of it."""
    number = _number(node, STRUCTURE)
    names = [row.words() for row in node.all("name") if row.words()]
    others = [identifier(row) for row in node.all("id") if row.get("root") != STRUCTURE]
    kind = reading.words.concept(node.one("standardIndustryClassCode"))
    made: Resource = {
        "resourceType": "Organization",
        "identifier": [*_structure_identifiers(number), *(row for row in others if row)],
        "type": [kind] if kind else [],
        "name": names[0] if names else None,
        "alias": names[1:],
        "telecom": telecoms(node),
        "address": addresses(node),
    }
    if not made["identifier"] and not names:
        return None
    shown = {"display": names[0]} if names else {}
    if number:
        known = reading.known.structures.get(number)
        criteria = f"identifier={STRUCTURE_SYSTEM}|{number}"
        found = (
            {"reference": known} if known else reading.share(node, made, number, criteria=criteria)
        )
        return found | shown
    key = str(made["identifier"][0]) if made["identifier"] else names[0]
    return reading.share(node, made, reading.scope, key) | shown


def _structure_identifiers(number: str | None) -> list[dict[str, Any]]:
    if number is None:
        return []
    found = [national("IDNST", STRUCTURE_SYSTEM, number)]
    kind, system, length = _NUMBERS.get(number[:1], ("", "", 0))
    if len(number) == length + 1:
        found.append(national(kind, system, number[1:]))
    return found


def _role(
    reading: Reading,
    node: Node,
    person: dict[str, Any],
    structure: dict[str, Any] | None,
    code: dict[str, Any] | None,
) -> dict[str, Any]:
    shown = {"display": person["display"]} if "display" in person else {}
    pair = (person["reference"], str((structure or {}).get("reference", "")))
    if pair in reading.known.roles:
        return {"reference": reading.known.roles[pair]} | shown
    profession, specialty = _profession(code)
    made: Resource = {
        "resourceType": "PractitionerRole",
        "practitioner": person,
        "organization": structure,
        "code": [profession] if profession else [],
        "specialty": [specialty] if specialty else [],
    }
    return reading.share(node, made, *pair) | shown


def _profession(
    code: dict[str, Any] | None,
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Take profession and know-how apart, which the national list writes as one code."""
    codings = (code or {}).get("coding", [])
    match = next((found for row in codings if (found := _COMBINED.fullmatch(row["code"]))), None)
    if match is None or code is None:
        return code, None
    profession = code | {"coding": [{"system": HEALTH, "code": match[1]}, *codings]}
    know_how = match[2] or ""
    if not know_how.startswith("SM"):
        return profession, None
    return profession, {"coding": [{"system": SPECIALTIES["S"], "code": know_how}]}


def _device(reading: Reading, node: Node, device: Node) -> dict[str, Any]:
    rows = (("manufacturerModelName", "model-name"), ("softwareName", "user-friendly-name"))
    told = [(kind, device.one(name)) for name, kind in rows]
    names = [{"name": row.words(), "type": kind} for kind, row in told if row and row.words()]
    found = [held for row in node.all("id") if (held := identifier(row))]
    within = node.one("representedOrganization")
    owner = organization(reading, within) if within is not None else None
    made: Resource = {
        "resourceType": "Device",
        "identifier": found,
        "deviceName": names,
        "owner": owner,
    }
    return reading.share(node, made, reading.scope, str(names), str(found))


def relative(reading: Reading, node: Node) -> dict[str, Any] | None:
    """Give a Reference to a relative of the patient; None without a name."""
    held = node.one("relatedPerson")
    name = human_name(held.one("name")) if held is not None else None
    if name is None:
        return None
    tie = reading.words.concept(node.one("code"))
    made: Resource = {
        "resourceType": "RelatedPerson",
        "patient": reading.patient,
        "relationship": [tie] if tie else [],
        "name": [name],
        "telecom": telecoms(node),
        "address": addresses(node),
    }
    key = (str(reading.patient.get("reference")), spoken(name).casefold(), str(tie))
    return reading.share(node, made, *key) | {"display": spoken(name)}
