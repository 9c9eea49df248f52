"""Medical devices (FR-Dispositif-medical) as Devices and DeviceUseStatements.

https://hl7.org/fhir/R4/deviceusestatement.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.identifiers import identifier, identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import bounds


def device(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a device and its use."""
    role = node.at("participant", "participantRole")
    held = role.one("playingDevice") if role is not None else None
    kind = reading.words.concept(held.one("code")) if held is not None else None
    if role is None or kind is None:
        reading.note(node, "No device is named here: nothing is made of the entry")
        node.whole()
        return []
    thing: dict[str, Any] = {
        "resourceType": "Device",
        "identifier": [row for one in role.all("id") if (row := identifier(one))],
        "type": kind,
        "patient": reading.patient,
    }
    start, end = bounds(node.one("effectiveTime"))
    used = {name: value for name, value in (("start", start), ("end", end)) if value}
    status = parts.status(node)
    made: dict[str, Any] = {
        "resourceType": "DeviceUseStatement",
        "identifier": identifiers(node),
        "status": "stopped" if status == "aborted" else "completed" if end else "active",
        "subject": reading.patient,
        "timingPeriod": used,
        "source": next(iter(parts.performers(reading, node, parts.PEOPLE)), None),
        "device": reading.add(role, thing, key_of(node)),
        "reasonCode": parts.reasons(reading, node),
        "note": parts.comments(reading, node),
    }
    return [reading.add(node, made, key_of(node))]
