"""The value of an observation by its declared type, and what values are usual.

https://hl7.org/fhir/R4/observation-definitions.html#Observation.value_x_
"""

from collections.abc import Callable
from typing import Any

from cordee.bridges.cda.reading.concepts import number, numbers, quantity
from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.entries.product import ratio
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import period, time_of

_ABSENCES = {
    "UNK": "unknown",
    "ASKU": "asked-unknown",
    "NASK": "not-asked",
    "NAV": "temp-unknown",
    "MSK": "masked",
    "NA": "not-applicable",
    "NAVU": "unknown",
}
_TRUE = {"true": True, "false": False}
_MOST = 2**31


def value_of(reading: Reading, node: Node) -> dict[str, Any]:
    """Give `value[x]` of an observation; further values stay unread."""
    held = node.one("value")
    if held is None or held.null:
        return {}
    found = TYPES.get(held.type, _concept)(reading, held)
    if not found:
        held.unask()
    return found


def absence(node: Node) -> dict[str, Any]:
    """Tell why there is no value: as the document says, or that what is there is not read."""
    held = node.one("value")
    if held is None or held.null:
        flavour = held.get("nullFlavor") if held is not None else ""
        return parts.coding("data-absent-reason", _ABSENCES.get(flavour, "unknown"))
    held.unask()
    return parts.coding("data-absent-reason", "unsupported")


def reference_range(reading: Reading, node: Node) -> dict[str, Any] | None:
    """Give the bounds of what is usual, or their words."""
    held = node.one("observationRange")
    if held is None:
        return None
    value = held.one("value")
    made: dict[str, Any] = dict(numbers(value)) if value is not None else {}
    text = reading.words.text(held.one("text"))
    if value is not None and not made and not text:
        text = value.words()
    made |= {"text": text} if text else {}
    kind = reading.words.concept(held.one("interpretationCode"))
    if kind and made:
        made["appliesTo"] = [kind]
    return made or None


def _concept(reading: Reading, node: Node) -> dict[str, Any]:
    found = reading.words.concept(node)
    return {"valueCodeableConcept": found} if found else {}


def _quantity(_: Reading, node: Node) -> dict[str, Any]:
    found = quantity(node)
    return {"valueQuantity": found} if found else {}


def _boolean(_: Reading, node: Node) -> dict[str, Any]:
    found = _TRUE.get(node.get("value"))
    return {} if found is None else {"valueBoolean": found}


def _integer(_: Reading, node: Node) -> dict[str, Any]:
    text = node.get("value")
    whole = text.removeprefix("-").isdecimal() and len(text) < 12 and abs(int(text)) < _MOST
    return {"valueInteger": int(text)} if whole else {}


def _real(_: Reading, node: Node) -> dict[str, Any]:
    found = number(node.get("value"))
    return {} if found is None else {"valueQuantity": {"value": found}}


def _string(reading: Reading, node: Node) -> dict[str, Any]:
    found = reading.words.text(node)
    return {"valueString": found} if found else {}


def _time(_: Reading, node: Node) -> dict[str, Any]:
    found = time_of(node)
    return {"valueDateTime": found} if found else {}


def _period(_: Reading, node: Node) -> dict[str, Any]:
    found = period(node)
    return {"valuePeriod": found} if found else {}


def _range(_: Reading, node: Node) -> dict[str, Any]:
    found = dict(numbers(node))
    return {"valueRange": found} if found else {}


def _ratio(_: Reading, node: Node) -> dict[str, Any]:
    found = ratio(node)
    return {"valueRatio": found} if found else {}


TYPES: dict[str, Callable[[Reading, Node], dict[str, Any]]] = {
    "BL": _boolean,
    "ED": _string,
    "INT": _integer,
    "IVL_PQ": _range,
    "IVL_TS": _period,
    "PQ": _quantity,
    "REAL": _real,
    "RTO": _ratio,
    "RTO_PQ_PQ": _ratio,
    "ST": _string,
    "TS": _time,
}
"""Declared type → how it is read; all others are codes."""
