"""A simple observation (FR-Simple-Observation): what was seen, said or measured.

https://hl7.org/fhir/R4/observation.html
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.writing.concepts import concept, text_of
from cordee.bridges.cda.writing.element import Element, coded, el, null, reference, templates
from cordee.bridges.cda.writing.entries.vocabulary import FR, PCC
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource

VITAL = "vital-signs"
_PAIRS = ((" à ", "low", "high"), (" à ", "start", "end"), (" / ", "numerator", "denominator"))
"""What stands between the two elements of a Range, a Period and a Ratio."""
WRONG = frozenset({"cancelled", "entered-in-error"})
"""States of an Observation that tells nothing."""


def is_vital(observation: Resource) -> bool:
    """Tell whether an Observation is a vital sign."""
    concepts = rows(observation, "category")
    return any(row.get("code") == VITAL for one in concepts for row in rows(one, "coding"))


def observations(record: Record) -> Content:
    """Give the observations a record tells of, vital signs aside."""
    found = (row for row in record.all("Observation") if not is_vital(row))
    told = [row for row in found if row.get("status") not in WRONG]
    return Content(
        ("Observation", "Résultat", "Date"),
        tuple(
            Row(
                (text_of(row.get("code")), value_text(row), spoken(when(row))),
                partial(_entry, row),
            )
            for row in told
        ),
    )


def when(observation: Mapping[str, Any]) -> object:
    """Give when something was observed, or since when."""
    held = observation.get("effectivePeriod") or {}
    told = (observation.get("effectiveDateTime"), observation.get("effectiveInstant"))
    return next(filter(None, told), held.get("start"))


def value_text(observation: Mapping[str, Any]) -> str:
    """Write the value of an Observation for people, and those of its parts."""
    own = (_written(value) for key, value in observation.items() if key.startswith("value"))
    parts = (
        f"{text_of(part.get('code'))} : {value_text(part)}"
        for part in rows(observation, "component")
    )
    return " ; ".join(filter(None, (*own, *parts)))


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if not isinstance(value, dict):
        return str(value)
    for between, *ends in _PAIRS:
        if not value.keys().isdisjoint(ends):
            return between.join(_part(value.get(end) or {}) for end in ends).strip()
    return _part(value) if "value" in value else text_of(value)


def _part(value: Any) -> str:
    """Write a Quantity with its comparator, or an end of a Period."""
    if isinstance(value, str):
        return spoken(value)
    told = (value.get("comparator"), plain(value), value.get("unit") or value.get("code"))
    return " ".join(filter(None, told))


def plain(quantity: Mapping[str, Any]) -> str | None:
    """Give the number of a Quantity without an exponent, which CDA has not."""
    value = quantity.get("value")
    return f"{value:f}" if isinstance(value, Decimal) else value and str(value)


def _entry(observation: Resource, anchor: Anchor) -> Element:
    return simple(
        anchor,
        concept("code", observation.get("code"), anchor.name),
        value_of(observation, anchor),
        time(when(observation)),
    )


def value_of(observation: Resource, anchor: Anchor) -> Element:
    """Write the value of an Observation as its CDA type."""
    quantity = observation.get("valueQuantity") or {}
    # CDA's quantities have no comparator: a bound is told in words, not as a number.
    if quantity.get("value") is not None and not quantity.get("comparator"):
        unit = quantity.get("code") or quantity.get("unit")
        return el("value", xsi_type="PQ", value=plain(quantity), unit=unit)
    if "valueBoolean" in observation:
        return el("value", xsi_type="BL", value=str(observation["valueBoolean"]).lower())
    coding = observation.get("valueCodeableConcept")
    return concept("value", coding, anchor.name, xsi_type="CD", absent=None)


def simple(
    anchor: Anchor,
    code: Element,
    value: Element,
    when: str | None,
    *more: str,
) -> Element:
    """Write a simple observation; `more` are templates that make it a special one."""
    return made(anchor, code, value, when, f"{PCC}4.13", f"{FR}3.48", *more)


def made(
    anchor: Anchor,
    code: Element,
    value: Element,
    when: str | None,
    *rules: str,
) -> Element:
    """Write an observation that was made, under the templates `rules`."""
    return el(
        "observation",
        *templates(*rules),
        anchor.id(),
        code,
        reference("text", anchor.name),
        el("statusCode", code="completed"),
        el("effectiveTime", value=when) if when else null("effectiveTime"),
        value,
        classCode="OBS",
        moodCode="EVN",
    )


def said(code: Code, anchor: Anchor, *more: str, value: Element | None = None) -> Element:
    """Write an observation whose value is the words of the narrative."""
    words = el("value", reference("originalText", anchor.name), xsi_type="CD")
    return simple(anchor, coded("code", code), value if value is not None else words, None, *more)
