"""The encounter of the header, in which the document was made.

https://hl7.org/fhir/R4/encounter.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries.encounter import kind_of, participant
from cordee.bridges.cda.reading.identifiers import identifier, identifiers, key_of
from cordee.bridges.cda.reading.names import addresses, telecoms
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.people import organization
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import period

_PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


def stay(reading: Reading) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Keep the Encounter; give a Reference to it, and the type of facility."""
    node = reading.root.at("componentOf", "encompassingEncounter")
    if node is None:
        return None, None
    own, type = kind_of(reading, node)
    facility = node.at("location", "healthCareFacility")
    kind = reading.words.concept(facility.one("code")) if facility is not None else None
    disposition = reading.words.concept(node.one("dischargeDispositionCode"))
    when = period(node.one("effectiveTime"))
    place, keeper = _place(reading, facility) if facility is not None else (None, None)
    made: dict[str, Any] = {
        "resourceType": "Encounter",
        "identifier": identifiers(node),
        "status": "finished" if when and "end" in when else "unknown",
        "class": own,
        "type": [type] if type else [],
        "subject": reading.patient,
        "participant": _participants(reading, node),
        "period": when,
        "hospitalization": {"dischargeDisposition": disposition} if disposition else None,
        "location": [{"location": place}] if place else [],
        "serviceProvider": keeper,
    }
    return reading.add(node, made, "stay", key_of(node)), kind


def _participants(reading: Reading, node: Node) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    responsible = participant(reading, node.one("responsibleParty"))
    if responsible is not None:
        found.append({"individual": responsible})
    for row in node.all("encounterParticipant"):
        who = participant(reading, row)
        at = period(row.one("time"))
        if who is not None:
            kind = [{"coding": [{"system": _PARTICIPATION, "code": row.get("typeCode")}]}]
            found.append({"type": kind, "individual": who} | ({"period": at} if at else {}))
    return found


def _place(reading: Reading, node: Node) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    held = node.one("serviceProviderOrganization")
    keeper = organization(reading, held) if held is not None else None
    location = node.one("location")
    name = location.one("name") if location is not None else None
    if location is None or name is None or not name.words():
        return None, keeper
    made: dict[str, Any] = {
        "resourceType": "Location",
        "identifier": [row for one in node.all("id") if (row := identifier(one))],
        "name": name.words(),
        "telecom": telecoms(location),
        "address": next(iter(addresses(location)), None),
        "managingOrganization": keeper,
    }
    shared = reading.share(node, made, reading.scope, name.words())
    return shared | {"display": name.words()}, keeper
