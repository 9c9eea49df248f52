"""How a medicine is taken: when, how much, by which route.

https://hl7.org/fhir/R4/dosage.html
"""

from decimal import Decimal
from typing import Any

from cordee.bridges.cda.reading.concepts import number, numbers, quantity
from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.entries.product import ratio
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading

_UNITS = frozenset(("s", "min", "h", "d", "wk", "mo", "a"))
_EVENTS = frozenset(
    ("HS", "WAKE", "C", "CM", "CD", "CV", "AC", "ACM", "ACD", "ACV", "PC", "PCM", "PCD", "PCV")
)


def dosage(reading: Reading, node: Node, name: str) -> dict[str, Any]:
    """Read the dosage of a treatment, of a product called `name`; empty when nothing is told."""
    told = parts.words_of(reading, node, parts.INSTRUCTION)
    made = {
        "text": _words(reading, node, name),
        "patientInstruction": " ".join(filter(None, told)),
        "timing": _timing(node),
        "asNeededCodeableConcept": _condition(reading, node),
        "site": reading.words.concept(node.one("approachSiteCode")),
        "route": reading.words.concept(node.one("routeCode")),
        "doseAndRate": _dose(node),
        "maxDosePerPeriod": ratio(node.one("maxDoseQuantity")),
    }
    return {name: value for name, value in made.items() if value}


def _words(reading: Reading, node: Node, name: str) -> str:
    """Give the dosage in words: a column of the narrative, or what the entry refers to."""
    text = node.one("text")
    column = reading.words.column(text, "posologie")
    if column is not None:
        return column
    told = reading.words.text(text)
    return told if told.casefold() != name.casefold() else ""


def _timing(node: Node) -> dict[str, Any] | None:
    for row in node.all("effectiveTime")[1:]:
        found = TIMINGS[row.type](row) if row.type in TIMINGS else None
        if found:
            return {"repeat": found}
        row.unask()
    return None


def _periodic(node: Node) -> dict[str, Any] | None:
    held = node.one("period")
    value = number(held.get("value")) if held is not None else None
    unit = held.get("unit") if held is not None else ""
    if held is None or value is None or unit not in _UNITS:
        return None
    held.whole()
    return {"frequency": 1, "period": value, "periodUnit": unit}


def _event(node: Node) -> dict[str, Any] | None:
    held = node.one("event")
    code = held.get("code") if held is not None else ""
    if code not in _EVENTS:
        return None
    offset = node.at("offset", "low") or node.one("offset")
    minutes = _minutes(offset) if offset is not None else None
    return {"when": [code]} | ({"offset": minutes} if minutes else {})


def _minutes(node: Node) -> int | None:
    value = number(node.get("value"))
    by = {"min": 1, "h": 60}.get(node.get("unit"))
    return int(abs(value) * by) if value is not None and by else None


TIMINGS = {"PIVL_TS": _periodic, "EIVL_TS": _event}
"""Type of a time → how it is read."""


def _condition(reading: Reading, node: Node) -> dict[str, str] | None:
    held = node.at("precondition", "criterion")
    if held is None:
        return None
    text = reading.words.text(held.one("text")) or reading.words.text(held.one("value"))
    return {"text": text} if text else None


def _dose(node: Node) -> list[dict[str, Any]]:
    made: dict[str, Any] = {}
    for source, target in (("doseQuantity", "dose"), ("rateQuantity", "rate")):
        held = node.one(source)
        if held is None:
            continue
        whole = quantity(held)
        ends = dict(numbers(held))
        if whole:
            made[f"{target}Quantity"] = whole
        elif len(ends) == 2 and _same(ends["low"], ends["high"]):
            made[f"{target}Quantity"] = ends["low"]
        elif ends:
            made[f"{target}Range"] = ends
    return [made] if made else []


def _same(low: dict[str, Any], high: dict[str, Any]) -> bool:
    return bool(Decimal(low["value"]) == high["value"] and low.get("unit") == high.get("unit"))
