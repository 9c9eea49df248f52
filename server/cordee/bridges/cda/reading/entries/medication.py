"""Treatments (FR-Traitement) as MedicationStatements, prescribed ones as MedicationRequests.

https://hl7.org/fhir/R4/medicationstatement.html
https://hl7.org/fhir/R4/medicationrequest.html
"""

from typing import Any

from cordee.bridges.cda.reading.concepts import quantity
from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.entries.dosage import dosage
from cordee.bridges.cda.reading.entries.product import Product, product
from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import bounds, time_of

_STATEMENT = {"suspended": "on-hold", "aborted": "stopped", "nullified": "entered-in-error"}
_REQUEST = {"suspended": "on-hold", "aborted": "stopped", "nullified": "entered-in-error"}
_REQUEST |= {"cancelled": "cancelled", "held": "on-hold"}
_DRUG = frozenset(("DRUG", ""))
_PRESCRIPTIONS = frozenset(("57828-6", "57832-8", "57833-6"))
"""Types of documents (LOINC) that prescribe: other, care, health products."""


def statement(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a treatment that is or was taken."""
    found = _product(reading, node)
    if found is None:
        return []
    start, end = bounds(next(iter(node.all("effectiveTime")), None))
    by = parts.performers(reading, node)
    made: dict[str, Any] = {
        "resourceType": "MedicationStatement",
        **found.as_medication(),
        "identifier": identifiers(node),
        "status": _status(reading, node, end),
        "subject": reading.patient,
        "effectivePeriod": _period(start, end),
        "informationSource": by[0] if by else None,
        "reasonCode": parts.reasons(reading, node),
        "note": parts.comments(reading, node),
        "dosage": _dosages(reading, node, found),
    }
    return [reading.add(node, made, key_of(node))]


def request(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a treatment that is asked for."""
    found = _product(reading, node)
    if found is None:
        return []
    start, end = bounds(next(iter(node.all("effectiveTime")), None))
    at = node.at("author", "time")
    by = parts.performers(reading, node)
    doses = _dosages(reading, node, found)
    if bounded := _period(start, end):
        first = doses[0] if doses else {}
        timing = first.get("timing", {}).get("repeat", {}) | {"boundsPeriod": bounded}
        doses = [first | {"timing": {"repeat": timing}}]
    made: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        **found.as_medication(),
        "identifier": identifiers(node),
        "status": _REQUEST.get(parts.status(node), "active"),
        "intent": "order",
        "doNotPerform": True if parts.negated(node) else None,
        "subject": reading.patient,
        "authoredOn": time_of(at) or reading.made_on or None,
        "requester": by[0] if by else _prescriber(reading),
        "reasonCode": parts.reasons(reading, node),
        "note": parts.comments(reading, node),
        "dosageInstruction": doses,
        "dispenseRequest": _dispensing(node),
    }
    return [reading.add(node, made, key_of(node))]


def _prescriber(reading: Reading) -> dict[str, str] | None:
    """Give the author of a prescription, whose entries need not say it again."""
    kind = next(iter(reading.root.peek("code")), None)
    prescribed = kind is not None and kind.get("code") in _PRESCRIPTIONS
    return next(iter(reading.authors), None) if prescribed else None


def _product(reading: Reading, node: Node) -> Product | None:
    found = product(reading, node)
    kind = node.one("code")
    if kind is not None and kind.get("code") in _DRUG:
        kind.whole()
    elif kind is not None:
        kind.unask()
    if found is None:
        reading.note(node, "No medicine is named here: nothing is made of the entry")
        node.whole()
    return found


def _status(reading: Reading, node: Node, end: str | None) -> str:
    """Tell what became of a treatment; by its template an entry's own status is `completed`."""
    said = parts.status(node)
    if parts.negated(node):
        return "not-taken"
    if said in _STATEMENT:
        return _STATEMENT[said]
    over = end is not None and reading.made_on != "" and end[:10] < reading.made_on[:10]
    return "completed" if over else "active"


def _period(start: str | None, end: str | None) -> dict[str, str]:
    return {name: value for name, value in (("start", start), ("end", end)) if value}


def _dosages(reading: Reading, node: Node, found: Product) -> list[dict[str, Any]]:
    name = found.code.get("text") or found.code.get("coding", [{}])[0].get("display", "")
    told = dosage(reading, node, str(name))
    return [told] if told else []


def _dispensing(node: Node) -> dict[str, Any]:
    held = node.one("repeatNumber")
    times = (held.one("high") or held) if held is not None else None
    made: dict[str, Any] = {}
    if times is not None and times.get("value").isdecimal():
        made["numberOfRepeatsAllowed"] = int(times.get("value"))
    for link in node.peek("entryRelationship"):
        supply = next(iter(link.peek("supply")), None)
        amount = quantity(supply.one("quantity")) if supply is not None else None
        if amount and supply is not None:
            link.ask()
            supply.ask()
            made["quantity"] = amount
            break
    return made
