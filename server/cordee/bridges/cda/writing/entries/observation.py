"""A simple observation (FR-Simple-Observation): what was seen, said or measured.

https://hl7.org/fhir/R4/observation.html
"""

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


def is_vital(observation: Resource) -> bool:
    """Tell whether an Observation is a vital sign."""
    concepts = rows(observation, "category")
    return any(row.get("code") == VITAL for one in concepts for row in rows(one, "coding"))


def observations(record: Record) -> Content:
    """Give the observations a record tells of, vital signs aside."""
    told = [row for row in record.all("Observation") if not is_vital(row)]
    return Content(
        ("Observation", "Résultat", "Date"),
        tuple(
            Row(
                (text_of(row.get("code")), value_text(row), spoken(row.get("effectiveDateTime"))),
                partial(_entry, row),
            )
            for row in told
            if row.get("status") != "entered-in-error"
        ),
    )


def value_text(observation: Resource) -> str:
    """Write the value of an Observation for people."""
    for key, value in observation.items():
        if key.startswith("value"):
            return _written(value)
    return ""


def _written(value: Any) -> str:
    if isinstance(value, dict):
        if "value" in value:
            return " ".join(
                str(value[key]) for key in ("value", "unit") if value.get(key) is not None
            )
        return text_of(value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)


def _entry(observation: Resource, anchor: Anchor) -> Element:
    return simple(
        anchor,
        concept("code", observation.get("code"), anchor.name),
        value_of(observation, anchor),
        time(observation.get("effectiveDateTime")),
    )


def value_of(observation: Resource, anchor: Anchor) -> Element:
    """Write the value of an Observation as its CDA type."""
    quantity = observation.get("valueQuantity")
    if quantity and quantity.get("value") is not None:
        unit = quantity.get("code") or quantity.get("unit")
        return el("value", xsi_type="PQ", value=str(quantity["value"]), unit=unit)
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
