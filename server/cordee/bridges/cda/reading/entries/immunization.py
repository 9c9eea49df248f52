"""Vaccinations (FR-Vaccination) as Immunizations.

https://hl7.org/fhir/R4/immunization.html
"""

from typing import Any

from cordee.bridges.cda.reading.concepts import quantity
from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.entries.product import product
from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import bounds
from cordee.bridges.cda.writing.entries.vocabulary import CCD, FR

_RANK = (f"{FR}3.82", f"{FR}3.46", f"{CCD}46")


def immunization(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a vaccination, done or not."""
    found = product(reading, node)
    at, until = bounds(next(iter(node.all("effectiveTime")), None))
    parts.status(node)
    by = parts.performers(reading, node, parts.CARERS)
    made: dict[str, Any] = {
        "resourceType": "Immunization",
        "identifier": identifiers(node),
        "status": "not-done" if parts.negated(node) else "completed",
        "vaccineCode": found.code if found is not None else reading.words.named(node),
        "patient": reading.patient,
        "site": reading.words.concept(node.one("approachSiteCode")),
        "route": reading.words.concept(node.one("routeCode")),
        "doseQuantity": quantity(node.one("doseQuantity")),
        "performer": [{"actor": row} for row in by],
        "reasonCode": parts.reasons(reading, node),
        "note": parts.comments(reading, node),
        "reaction": _reactions(reading, node),
        "protocolApplied": _protocol(reading, node),
    }
    made |= {"occurrenceDateTime": at or until} if at or until else {"occurrenceString": "Inconnue"}
    lot = found.lot if found is not None else {}
    made["lotNumber"] = lot.get("lotNumber")
    made["expirationDate"] = (lot.get("expirationDate") or "")[:10] or None
    return [reading.add(node, made, key_of(node))]


def _protocol(reading: Reading, node: Node) -> list[dict[str, Any]]:
    """Read the place in a series, and the diseases that are aimed at."""
    series = reading.words.concept(node.one("code")) or {}
    codings = series.get("coding", [{}])
    aims = [_problem(reading, seen) for seen in parts.related(node, parts.PROBLEM)]
    made: dict[str, Any] = {
        "series": series.get("text") or codings[0].get("display") or codings[0].get("code"),
        "targetDisease": aims,
    }
    held = {name: value for name, value in made.items() if value}
    rank = _rank(node)
    if not held and rank is None:
        return []
    # R4 asks for the dose: one that is not told is told not to be.
    dose = {"doseNumberPositiveInt": rank} if rank else {"doseNumberString": "Non renseigné"}
    return [held | dose]


def _reactions(reading: Reading, node: Node) -> list[dict[str, Any]]:
    """Read what the vaccine caused, as Observations."""
    found = []
    for seen in parts.related(node, parts.PROBLEM, type="CAUS"):
        at, _ = bounds(seen.one("effectiveTime"))
        made: dict[str, Any] = {
            "resourceType": "Observation",
            "identifier": identifiers(seen),
            "status": "final",
            "code": _problem(reading, seen),
            "subject": reading.patient,
            "effectiveDateTime": at,
        }
        detail = reading.add(seen, made, "reaction", key_of(seen))
        found.append({"detail": detail} | ({"date": at} if at else {}))
    return found


def _problem(reading: Reading, node: Node) -> dict[str, Any]:
    value = reading.words.concept(node.one("value")) or reading.words.named(node)
    for name in ("id", "code", "statusCode", "effectiveTime"):
        for row in node.all(name):
            row.whole()
    return value


def _rank(node: Node) -> int | None:
    for seen in parts.related(node, _RANK):
        value = seen.one("value")
        if value is not None and value.get("value").isdecimal() and int(value.get("value")) > 0:
            seen.whole()
            return int(value.get("value"))
    return None
