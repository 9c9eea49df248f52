"""The section of what is planned as a CarePlan that holds its requests and goals.

The official map is narrower than FHIR: a plan in CDA has neither problems that it addresses nor a
status of its own.

https://hl7.org/fhir/R4/careplan.html
"""

from typing import Any

from cordee.bridges.cda.reading.identifiers import identifiers
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading

PLAN = "18776-5"
"""LOINC code of the section."""
_ACTIVITIES = frozenset(("MedicationRequest", "ServiceRequest"))


def care_plan(reading: Reading, node: Node, title: str, made: list[dict[str, str]]) -> None:
    """Keep a CarePlan of what a section's entries became."""
    by_type: dict[str, list[dict[str, str]]] = {}
    for row in made:
        by_type.setdefault(reading.type_of(row), []).append(row)
    activities = [row for type in sorted(_ACTIVITIES) for row in by_type.get(type, ())]
    others = [
        row
        for type, rows in by_type.items()
        if type not in _ACTIVITIES and type != "Goal"
        for row in rows
    ]
    plan: dict[str, Any] = {
        "resourceType": "CarePlan",
        "identifier": identifiers(node),
        "status": "active",
        "intent": "plan",
        "title": title or None,
        "category": [reading.words.concept(node.one("code"))],
        "subject": reading.patient,
        "created": reading.made_on or None,
        "author": next(iter(reading.authors), None),
        "supportingInfo": others,
        "goal": by_type.get("Goal", []),
        "activity": [{"reference": row} for row in activities],
    }
    reading.add(node, plan, "section")
