"""What is planned: requests (FR-Demande-d-examen-ou-de-suivi), intended acts, goals.

https://hl7.org/fhir/R4/servicerequest.html
https://hl7.org/fhir/R4/goal.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.entries.observed_value import value_of
from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import effective, time_of

_STATUSES = {
    "active": "active",
    "completed": "completed",
    "aborted": "revoked",
    "cancelled": "revoked",
    "suspended": "on-hold",
    "held": "on-hold",
}
_PRIORITIES = {"R": "routine", "UR": "urgent", "A": "asap", "S": "stat", "EM": "stat"}
_INTENTS = {"PRP": "proposal", "RQO": "order"}
_LIFECYCLE = {"completed": "completed", "aborted": "cancelled", "cancelled": "cancelled"}
_TARGETS = {
    "valueQuantity": "detailQuantity",
    "valueRange": "detailRange",
    "valueCodeableConcept": "detailCodeableConcept",
    "valueString": "detailString",
    "valueBoolean": "detailBoolean",
    "valueInteger": "detailInteger",
    "valueRatio": "detailRatio",
}


def request(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read something that is asked for."""
    by = parts.performers(reading, node)
    priority = node.one("priorityCode")
    known = _PRIORITIES.get(priority.get("code")) if priority is not None else None
    if priority is not None:
        priority.whole() if known else priority.unask()
    sites = [*node.all("targetSiteCode"), *node.all("approachSiteCode")]
    made: dict[str, Any] = {
        "resourceType": "ServiceRequest",
        "identifier": identifiers(node),
        "status": _STATUSES.get(parts.status(node), "unknown"),
        "intent": _INTENTS.get(node.get("moodCode"), "plan"),
        "priority": known,
        "doNotPerform": True if parts.negated(node) else None,
        "code": reading.words.named(node),
        "subject": reading.patient,
        **effective(node.one("effectiveTime"), "occurrence"),
        "requester": by[0] if by else None,
        "reasonCode": parts.reasons(reading, node),
        "bodySite": [row for one in sites if (row := reading.words.concept(one))],
        "note": parts.comments(reading, node),
    }
    return [reading.add(node, made, key_of(node))]


def goal(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a goal; a value to reach makes its time the day it is due."""
    code = reading.words.named(node)
    value = value_of(reading, node)
    detail = {_TARGETS[name]: held for name, held in value.items() if name in _TARGETS}
    at = (time_of(node.one("effectiveTime")) or "")[:10]
    target: dict[str, Any] = {"measure": code, **detail} if detail else {}
    if target and at:
        target["dueDate"] = at
    made: dict[str, Any] = {
        "resourceType": "Goal",
        "identifier": identifiers(node),
        "lifecycleStatus": _LIFECYCLE.get(parts.status(node), "active"),
        "description": code,
        "subject": reading.patient,
        "startDate": at if not target else None,
        "target": [target] if target else [],
        "expressedBy": next(iter(parts.performers(reading, node, parts.PEOPLE)), None),
        "note": parts.comments(reading, node),
    }
    return [reading.add(node, made, key_of(node))]
