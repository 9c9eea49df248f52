"""The patient of a document: identifiers, traits, names in use, contacts.

https://hl7.fr/ig/fhir/core/StructureDefinition-fr-core-patient-ins.html
"""

from typing import Any

from cordee.bridges.annuaire.vocabulary import IDENTIFIERS
from cordee.bridges.cda.namespaces import INS_ROOTS
from cordee.bridges.cda.reading.identifiers import identifier
from cordee.bridges.cda.reading.names import addresses, human_name, telecoms
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.people import organization
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import day_of, time_of
from cordee.resource.types import Resource
from cordee.validation.french.ins import BIRTH_NAMES, BIRTH_PLACE, INSEE_CODE

_COMMUNES = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"
_GENDERS = {"F": "female", "M": "male", "UN": "unknown", "U": "unknown", "O": "other"}
_GUARDIAN = {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleClass", "code": "GUARD"}
_TRUE = {"true": True, "false": False}


def patient(reading: Reading) -> Resource:
    """Read the patient. Nothing is kept yet: it may be somebody known."""
    role = reading.root.at("recordTarget", "patientRole")
    if role is None:
        return {"resourceType": "Patient"}
    made: Resource = {
        "resourceType": "Patient",
        "identifier": [row for node in role.all("id") if (row := _identifier(node))],
        "telecom": telecoms(role),
        "address": addresses(role),
    }
    person = role.one("patient")
    if person is not None:
        made |= _traits(reading, person)
    keeper = role.one("providerOrganization")
    if keeper is not None:
        made["managingOrganization"] = organization(reading, keeper)
    return {name: value for name, value in made.items() if value not in (None, [], "")}


def _identifier(node: Node) -> dict[str, Any] | None:
    kind = INS_ROOTS.get(node.get("root"))
    made = identifier(node)
    if made is None or kind is None:
        return made
    coding = {"system": IDENTIFIERS, "code": kind}
    return {"use": "official", "type": {"coding": [coding]}, **made}


def _traits(reading: Reading, person: Node) -> dict[str, Any]:
    gender = person.one("administrativeGenderCode")
    place = _birth_place(person)
    marital = reading.words.concept(person.one("maritalStatusCode"))
    return {
        "extension": [place] if place else [],
        "name": [row for name in person.all("name") for row in _names(name)],
        "gender": _GENDERS.get(gender.whole().get("code")) if gender is not None else None,
        "birthDate": day_of(person.one("birthTime")),
        "maritalStatus": marital,
        "contact": [row for node in person.all("guardian") if (row := _contact(reading, node))],
    } | _life(person)


def _life(person: Node) -> dict[str, Any]:
    """Read what the patient died of being asked, and of how many were born."""
    died, at = person.one("deceasedInd"), time_of(person.one("deceasedTime"))
    made: dict[str, Any] = {"deceasedDateTime": at} if at else {}
    if died is not None and not at:
        made["deceasedBoolean"] = _TRUE.get(died.get("value"))
    order, several = person.one("multipleBirthOrderNumber"), person.one("multipleBirthInd")
    if order is not None and order.get("value").isdecimal():
        made["multipleBirthInteger"] = int(order.get("value"))
    elif several is not None:
        made["multipleBirthBoolean"] = _TRUE.get(several.get("value"))
    return made


def _names(node: Node) -> list[dict[str, Any]]:
    """Take the name of the birth certificate and the name in use apart."""
    families = {row.get("qualifier"): row.words() for row in node.all("family") if row.words()}
    givens = [(row.get("qualifier"), row.words()) for row in node.all("given") if row.words()]
    first = [text for kind, text in givens if kind == "BR"]
    listed = " ".join(text for kind, text in givens if not kind)
    used_given = [text for kind, text in givens if kind == "CL"]
    used = families.get("CL") or families.get("SP")
    birth = families.get("BR") or families.get("")
    titles = {name: [row.words() for row in node.all(name)] for name in ("prefix", "suffix")}
    extras = {name: said for name, said in titles.items() if any(said)}
    official: dict[str, Any] = {"use": "official"} if "BR" in families else {}
    if first and listed:
        official["extension"] = [{"url": BIRTH_NAMES, "valueString": listed}]
    official |= {"family": birth} if birth else {}
    official |= {"given": first or listed.split()} if first or listed else {}
    made = [official | extras] if birth or first or listed else []
    if used or used_given:
        usual: dict[str, Any] = {"use": "usual", "family": used or birth}
        made.append(usual | ({"given": used_given} if used_given else {}))
    return [{name: value for name, value in row.items() if value} for row in made]


def _birth_place(person: Node) -> dict[str, Any] | None:
    place = person.at("birthplace", "place")
    if place is None:
        return None
    made = next(iter(addresses(place)), {})
    name = place.one("name")
    if name is not None and name.words():
        made.setdefault("city", name.words())
    code = made.pop("district", None)
    if code:
        coding = {"system": _COMMUNES, "code": code}
        made = {"extension": [{"url": INSEE_CODE, "valueCoding": coding}], **made}
    return {"url": BIRTH_PLACE, "valueAddress": made} if made else None


def _contact(reading: Reading, node: Node) -> dict[str, Any] | None:
    held = node.one("guardianPerson")
    name = human_name(held.one("name")) if held is not None else None
    structure = node.one("guardianOrganization")
    made = {
        "relationship": [{"coding": [_GUARDIAN]}],
        "name": name,
        "telecom": telecoms(node),
        "address": next(iter(addresses(node)), None),
        "organization": organization(reading, structure) if structure is not None else None,
    }
    told = {name: value for name, value in made.items() if value}
    return told if len(told) > 1 else None
