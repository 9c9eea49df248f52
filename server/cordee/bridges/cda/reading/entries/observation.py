"""Observations (FR-Simple-Observation and those that build upon it), alone and in organizers.

https://hl7.org/fhir/R4/observation.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.entries.observed_value import absence, reference_range, value_of
from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import effective
from cordee.bridges.cda.writing.entries.vocabulary import FR, PCC
from cordee.errors import Severity

_STATUSES = {"completed": "final", "active": "preliminary", "aborted": "cancelled"}
CATEGORIES: dict[str, str] = {
    f"{FR}3.50": "vital-signs",
    f"{FR}3.52": "social-history",
    f"{FR}3.80": "laboratory",
    f"{PCC}4.13.2": "vital-signs",
    f"{PCC}4.13.4": "social-history",
    "1.3.6.1.4.1.19376.1.3.1.6": "laboratory",
}
"""Template of an observation → its category."""
VITAL = frozenset(
    [
        "2708-6",
        "8287-5",
        "8302-2",
        "8310-5",
        "8462-4",
        "8478-0",
        "8480-6",
        "8867-4",
        "9279-1",
        "9843-4",
        "29463-7",
        "39156-5",
        "59408-5",
        "85353-1",
        "85354-9",
    ]
)
"""LOINC codes that R4 takes for vital signs wherever they stand."""
_LENGTHS = frozenset(("8302-2", "8306-3", "9843-4", "8287-5"))
_DAY = len("2026-01-01")


def observation(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read an observation and those that belong to it."""
    return _observation(reading, node, {})


def organizer(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read the observations of an organizer, and the organizer as what holds them together."""
    if parts.of_another(reading, node):
        return []
    at = effective(node.one("effectiveTime"), "effective")
    status = parts.status(node)
    found = [row for one in _members(reading, node, at) for row in one]
    code = reading.words.concept(node.one("code"))
    if code is None or not found:
        return found
    by = parts.performers(reading, node)
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "identifier": identifiers(node),
        "status": _STATUSES.get(status, "unknown"),
        "code": code,
        "subject": reading.patient,
        **at,
        "performer": by,
        "hasMember": found,
        "note": parts.comments(reading, node),
    }
    return [reading.add(node, made, "organizer", key_of(node))]


def vital_signs(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read the vital signs of one moment; what holds them together says nothing of its own."""
    at = effective(node.one("effectiveTime"), "effective")
    parts.status(node)
    for name in ("id", "code"):
        for row in node.all(name):
            row.whole()
    return [row for one in _members(reading, node, at) for row in one]


def _members(reading: Reading, node: Node, at: dict[str, Any]) -> list[list[dict[str, str]]]:
    found = []
    for link in node.all("component"):
        found += [_observation(reading, inner, at) for inner in link.all("observation")]
        found += [organizer(reading, inner) for inner in link.all("organizer")]
    return found


def _observation(reading: Reading, node: Node, at: dict[str, Any]) -> list[dict[str, str]]:
    if parts.of_another(reading, node):
        return []
    if parts.negated(node):
        text = "The observation says that something was not so, which is not read: see the document"
        reading.note(node, text, Severity.WARNING)
        node.whole()
        return []
    notes = parts.comments(reading, node)
    reasons = parts.reasons(reading, node)
    members = [row for link in node.peek("entryRelationship") for row in _member(reading, link)]
    value = value_of(reading, node)
    code = reading.words.named(node)
    category = next((CATEGORIES[row] for row in node.templates if row in CATEGORIES), None)
    when = effective(node.one("effectiveTime"), "effective") or at
    loinc = {
        row["code"] for row in code.get("coding", ()) if row.get("system") == "http://loinc.org"
    }
    if loinc & VITAL:
        category = "vital-signs"
        when, word = _to_the_day(when, reading.made_on)
        notes += [{"text": word}] if word else []
    if loinc & _LENGTHS:
        value = _in_centimetres(value)
    told = [
        {"text": f"Motif : {row.get('text') or row['coding'][0].get('display')}"} for row in reasons
    ]
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "identifier": identifiers(node),
        "status": _STATUSES.get(parts.status(node), "unknown"),
        "category": [parts.coding("observation-category", category)] if category else [],
        "code": code,
        "subject": reading.patient,
        **when,
        "performer": parts.performers(reading, node),
        **value,
        "dataAbsentReason": None if value or members else absence(node),
        "interpretation": [
            row for one in node.all("interpretationCode") if (row := reading.words.concept(one))
        ],
        "note": [*notes, *told],
        "bodySite": reading.words.concept(node.one("targetSiteCode")),
        "method": reading.words.concept(node.one("methodCode")),
        "referenceRange": [
            row for one in node.all("referenceRange") if (row := reference_range(reading, one))
        ],
        "hasMember": members,
    }
    return [reading.add(node, made, key_of(node))]


def _in_centimetres(value: dict[str, Any]) -> dict[str, Any]:
    """Give a length as R4 wants it of bodies: metres are not among its units."""
    held = value.get("valueQuantity")
    if not held or held.get("code") != "m":
        return value
    return {"valueQuantity": held | {"value": held["value"] * 100, "unit": "cm", "code": "cm"}}


def _to_the_day(when: dict[str, Any], made_on: str) -> tuple[dict[str, Any], str]:
    """Give the time of a vital sign, which R4 wants to be at least a day, and a word about it."""
    told = when.get("effectiveDateTime") or when.get("effectivePeriod", {}).get("start")
    if not told:
        return {"effectiveDateTime": made_on}, "Date non renseignée : celle du document"
    if len(told) < _DAY:
        return {"effectiveDateTime": (told + "-01-01")[:_DAY]}, f"Date : {told}"
    return {"effectiveDateTime": told}, ""


def _member(reading: Reading, link: Node) -> list[dict[str, str]]:
    """Read a related observation as one of its own."""
    inner = next(iter(link.peek("observation")), None)
    if inner is None or link.asked or inner.get("moodCode") not in {"EVN", ""}:
        return []
    link.ask()
    inner.ask()
    return _observation(reading, inner, {})
