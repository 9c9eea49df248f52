"""Allergies (FR-Liste-des-allergies-et-hypersensibilites) as AllergyIntolerances.

https://hl7.org/fhir/R4/allergyintolerance.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import bounds, time_of
from cordee.bridges.cda.writing.entries.vocabulary import FR, PCC

_ALLERGY = (f"{FR}3.41", f"{PCC}4.6")
KINDS: dict[str, tuple[str | None, str | None]] = {
    "414285001": ("allergy", "food"),
    "416098002": ("allergy", "medication"),
    "419199007": ("allergy", None),
    "426232007": ("allergy", "environment"),
    "235719002": ("intolerance", "food"),
    "59037007": ("intolerance", "medication"),
    "418038007": (None, None),
    "418471000": (None, "food"),
    "419511003": (None, "medication"),
    "420134006": (None, None),
}
"""SNOMED CT code of a kind of allergy → type, category."""
_STATES = {"active": "active", "inactive": "inactive", "resolved": "resolved"}
_CERTAIN = frozenset(("unconfirmed", "confirmed", "refuted"))
_CRITICAL = frozenset(("low", "high", "unable-to-assess"))
_SEVERITIES = {"255604002": "mild", "6736007": "moderate", "24484000": "severe"}


def concern(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read the allergies that a concern holds together."""
    over = parts.status(node)
    node.all("id")
    for name in ("code", "effectiveTime"):
        for row in node.all(name):
            row.whole()
    return [row for found in parts.related(node, _ALLERGY) for row in allergy(reading, found, over)]


def allergy(reading: Reading, node: Node, over: str = "") -> list[dict[str, str]]:
    """Read an allergy."""
    agent = _agent(reading, node)
    value = reading.words.concept(node.one("value"))
    code = agent or value or reading.words.named(node)
    if {row.get("code") for row in code.get("coding", ())} & parts.NOTHING_KNOWN:
        text = "It is said here that nothing is known of allergies: no AllergyIntolerance is made"
        reading.note(node, text)
        node.whole()
        return []
    parts.status(node)
    kind = reading.words.concept(node.one("code")) or {}
    codes = [row.get("code", "") for row in kind.get("coding", ())]
    type, category = next((KINDS[row] for row in codes if row in KINDS), (None, None))
    known = any(row in KINDS for row in codes)
    notes = parts.comments(reading, node)
    if kind and not known:
        words = kind.get("text") or kind["coding"][0].get("display") or codes[0]
        notes.append({"text": f"Type : {words}"})
    said = parts.said_code(reading, node, parts.STATUS)
    state = _STATES.get(said) or ("inactive" if over == "completed" else "active")
    danger = parts.said_code(reading, node, parts.CRITICALITY)
    who = parts.performers(reading, node, parts.PEOPLE)
    made: dict[str, Any] = {
        "resourceType": "AllergyIntolerance",
        "identifier": identifiers(node),
        "clinicalStatus": parts.coding("allergyintolerance-clinical", state),
        "verificationStatus": _certainty(reading, node),
        "type": type,
        "category": [category] if category else [],
        "criticality": danger if danger in _CRITICAL else None,
        "code": code,
        "patient": reading.patient,
        **_onset(node),
        "recorder": who[0] if who else None,
        "note": notes,
        "reaction": _reactions(reading, node),
    }
    return [reading.add(node, made, key_of(node))]


def _agent(reading: Reading, node: Node) -> dict[str, Any] | None:
    entity = node.at("participant", "participantRole", "playingEntity")
    if entity is None:
        return None
    code = reading.words.concept(entity.one("code")) or {}
    name = entity.one("name")
    text = name.words() if name is not None else ""
    if text and text != code.get("text") and text not in _displays(code):
        code = code | {"text": text}
    return code or None


def _displays(concept: dict[str, Any]) -> set[str]:
    return {str(row.get("display")) for row in concept.get("coding", ())}


def _onset(node: Node) -> dict[str, Any]:
    since, until = bounds(node.one("effectiveTime"))
    if until:
        start = {"start": since} if since else {}
        return {"onsetPeriod": start | {"end": until}}
    return {"onsetDateTime": since}


def _certainty(reading: Reading, node: Node) -> dict[str, Any] | None:
    said = parts.said_code(reading, node, parts.CERTAINTY)
    if parts.negated(node):
        said = "refuted"
    system = "allergyintolerance-verification"
    return parts.coding(system, said) if said in _CERTAIN else None


def _reactions(reading: Reading, node: Node) -> list[dict[str, Any]]:
    found = []
    for seen in parts.related(node, parts.PROBLEM):
        value = reading.words.concept(seen.one("value")) or reading.words.named(seen)
        when = seen.one("effectiveTime")
        onset = (time_of(when) or time_of(when.one("low"))) if when is not None else None
        severity = _SEVERITIES.get(parts.said_code(reading, seen, parts.SEVERITY))
        for name in ("id", "code", "statusCode"):
            for row in seen.all(name):
                row.whole()
        told = {"manifestation": [value], "onset": onset, "severity": severity}
        found.append({name: held for name, held in told.items() if held})
    return found
