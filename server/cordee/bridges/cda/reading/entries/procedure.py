"""Acts (FR-Acte): done ones as Procedures, intended ones as ServiceRequests.

https://hl7.org/fhir/R4/procedure.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import effective

_STATUSES = {
    "completed": "completed",
    "active": "in-progress",
    "aborted": "stopped",
    "cancelled": "not-done",
}


def procedure(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read an act that was done, or not."""
    code = reading.words.named(node)
    if set(code) == {"text"} and code["text"] == "Non renseigné":
        reading.note(node, "No act is named here: nothing is made of the entry")
        node.whole()
        return []
    status = _STATUSES.get(parts.status(node), "unknown")
    sites = [node.one("targetSiteCode"), node.one("approachSiteCode")]
    made: dict[str, Any] = {
        "resourceType": "Procedure",
        "identifier": identifiers(node),
        "status": "not-done" if parts.negated(node) else status,
        "code": code,
        "subject": reading.patient,
        **effective(node.one("effectiveTime"), "performed"),
        "performer": [{"actor": row} for row in parts.performers(reading, node)],
        "reasonCode": parts.reasons(reading, node),
        "bodySite": [row for one in sites if (row := reading.words.concept(one))],
        "note": parts.comments(reading, node),
    }
    return [reading.add(node, made, key_of(node))]
