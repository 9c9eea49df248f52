"""Encounters (FR-Rencontre): those that were, and appointments as planned encounters.

https://hl7.org/fhir/R4/encounter.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.identifiers import identifier, identifiers, key_of
from cordee.bridges.cda.reading.names import addresses, telecoms
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.people import who
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import period

ACT_CODES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CLASSES = frozenset(
    ("AMB", "EMER", "FLD", "HH", "IMP", "ACUTE", "NONAC", "OBSENC", "PRENC", "SS", "VR", "EXTERNE")
)
_NO_CLASS = {"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "UNK"}


def encounter(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read an encounter that was."""
    return _encounter(reading, node, "finished")


def planned(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read an encounter that is intended, asked for or agreed upon."""
    return _encounter(reading, node, "planned")


def _encounter(reading: Reading, node: Node, status: str) -> list[dict[str, str]]:
    parts.status(node)
    own, type = kind_of(reading, node)
    by = parts.performers(reading, node)
    people = [row for row in by if reading.type_of(row) in parts.PEOPLE]
    structures = [row for row in by if reading.type_of(row) == "Organization"]
    places = [row for one in node.peek("participant") if (row := _place(reading, one))]
    text = reading.words.text(node.one("text"))
    made: dict[str, Any] = {
        "resourceType": "Encounter",
        "identifier": identifiers(node),
        "status": status,
        "class": own,
        "type": [type] if type else [{"text": text}] if text and status == "planned" else [],
        "subject": reading.patient,
        "participant": [{"individual": row} for row in people],
        "period": period(node.one("effectiveTime")),
        "location": [{"location": row} for row in places],
        "serviceProvider": next(iter(structures), None),
    }
    return [reading.add(node, made, key_of(node))]


def kind_of(reading: Reading, node: Node) -> tuple[dict[str, str], dict[str, Any] | None]:
    """Give the class of an encounter, and its type where the code is no class."""
    found = reading.words.concept(node.one("code"))
    coding: dict[str, str] = next(iter((found or {}).get("coding", [])), {})
    if coding.get("system") == ACT_CODES and coding.get("code") in _CLASSES:
        return coding, None
    return _NO_CLASS, found


def _place(reading: Reading, link: Node) -> dict[str, Any] | None:
    if link.get("typeCode") != "LOC":
        return None
    role = link.one("participantRole")
    entity = role.one("playingEntity") if role is not None else None
    name = entity.one("name") if entity is not None else None
    if role is None or name is None or not name.words():
        return None
    link.ask()
    found = [row for one in role.all("id") if (row := identifier(one))]
    made: dict[str, Any] = {
        "resourceType": "Location",
        "identifier": found,
        "name": name.words(),
        "telecom": telecoms(role),
        "address": next(iter(addresses(role)), None),
    }
    shared = reading.share(link, made, reading.scope, name.words())
    return shared | {"display": name.words()}


def participant(reading: Reading, node: Node | None) -> dict[str, Any] | None:
    """Give somebody who takes part in the encounter of the header; a structure is none."""
    found = who(reading, node.one("assignedEntity")) if node is not None else None
    return found if found is not None and reading.type_of(found) in parts.PEOPLE else None
