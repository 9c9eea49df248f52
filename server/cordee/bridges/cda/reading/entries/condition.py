"""Problems (FR-Liste-des-problemes, FR-Probleme) as Conditions.

https://hl7.org/fhir/R4/condition.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import bounds

_CLINICAL = "condition-clinical"
_STATES = frozenset(("active", "recurrence", "relapse", "inactive", "remission", "resolved"))
_PAST = frozenset(("inactive", "remission", "resolved"))
_CERTAIN = frozenset(("unconfirmed", "provisional", "differential", "confirmed", "refuted"))


def concern(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read the problems that a concern holds together."""
    over = parts.status(node)
    node.all("id")
    _whole(node, "code", "effectiveTime")
    found = parts.related(node, parts.PROBLEM)
    return [row for problem in found for row in _problem(reading, problem, over)]


def problem(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a problem that stands alone."""
    return _problem(reading, node, "")


def _whole(node: Node, *names: str) -> None:
    for name in names:
        for row in node.all(name):
            row.whole()


def _problem(reading: Reading, node: Node, over: str) -> list[dict[str, str]]:
    value = reading.words.concept(node.one("value"))
    if {row.get("code") for row in (value or {}).get("coding", ())} & parts.NOTHING_KNOWN:
        reading.note(
            node, "It is said here that nothing is known of problems: no Condition is made"
        )
        node.whole()
        return []
    since, until = bounds(node.one("effectiveTime"))
    kind = reading.words.concept(node.one("code"))
    parts.status(node)
    state = _state(reading, node, over, until)
    stage = parts.said(reading, node, parts.CLINICAL_STATE)
    notes = parts.comments(reading, node)
    if until and state not in _PAST:
        notes.append({"text": f"Fin : {until}"})
    who = parts.performers(reading, node, parts.PEOPLE)
    made: dict[str, Any] = {
        "resourceType": "Condition",
        "identifier": identifiers(node),
        "clinicalStatus": parts.coding(_CLINICAL, state),
        "verificationStatus": _certainty(reading, node),
        "category": [kind] if kind else [],
        "severity": parts.said(reading, node, parts.SEVERITY),
        "code": value or reading.words.named(node),
        "subject": reading.patient,
        "onsetDateTime": since,
        "abatementDateTime": until if state in _PAST else None,
        "recorder": who[0] if who else None,
        "stage": [{"summary": stage}] if stage else [],
        "note": notes,
    }
    return [reading.add(node, made, key_of(node))]


def _state(reading: Reading, node: Node, over: str, until: str | None) -> str:
    said = parts.said_code(reading, node, parts.STATUS)
    if said in _STATES:
        return said
    if until:
        return "resolved"
    return "inactive" if over == "completed" else "active"


def _certainty(reading: Reading, node: Node) -> dict[str, Any] | None:
    said = parts.said_code(reading, node, parts.CERTAINTY)
    if parts.negated(node):
        said = "refuted"
    return parts.coding("condition-ver-status", said) if said in _CERTAIN else None
