"""The vital signs (FR-Signes-vitaux): an organizer for each moment of measuring.

https://hl7.org/fhir/R4/observation-vitalsigns.html
"""

from collections.abc import Iterator
from functools import partial

from cordee.bridges.cda.writing.concepts import codes, concept, text_of
from cordee.bridges.cda.writing.element import Element, coded, el, null, templates
from cordee.bridges.cda.writing.entries.observation import (
    WRONG,
    is_vital,
    made,
    value_of,
    value_text,
    when,
)
from cordee.bridges.cda.writing.entries.vocabulary import CCD, FR, PCC, loinc
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource

SIGNS = frozenset(
    (
        "20564-1",
        "8280-0",
        "8287-5",
        "8302-2",
        "8306-3",
        "8310-5",
        "8867-4",
        "8462-4",
        "8480-6",
        "9279-1",
        "29463-7",
        "39156-5",
    )
)
"""LOINC codes that are vital signs for the CI-SIS (JDV_SignesVitaux)."""
_PANEL = loinc("85353-1", "Signes vitaux")


def vital_signs(record: Record) -> Content:
    """Give the vital signs a record tells of, panels taken apart."""
    found = (row for row in record.all("Observation") if is_vital(row))
    told = [sign for row in found if row.get("status") not in WRONG for sign in _signs(row)]
    return Content(
        ("Signe vital", "Valeur", "Date"),
        tuple(
            Row(
                (text_of(row.get("code")), value_text(row), spoken(when(row))),
                partial(_entry, row) if _has_entry(row) else None,
            )
            for row in told
        ),
    )


def _signs(observation: Resource) -> Iterator[Resource]:
    parts = rows(observation, "component")
    for part in parts or [observation]:
        yield {"effectiveDateTime": when(observation)} | part


def _has_entry(sign: Resource) -> bool:
    """Tell whether an entry can say it: others, and bounds instead of numbers, stay in words."""
    comparator = (sign.get("valueQuantity") or {}).get("comparator")
    return not comparator and any(code.code in SIGNS for code in codes(sign.get("code")))


def _entry(sign: Resource, anchor: Anchor) -> Element:
    at = time(when(sign))
    code = concept("code", sign.get("code"), anchor.name)
    return _organizer(anchor, at, _sign(anchor, code, at, value_of(sign, anchor)))


def _sign(anchor: Anchor, code: Element, at: str | None, value: Element) -> Element:
    rules = (f"{CCD}31", f"{PCC}4.13", f"{PCC}4.13.2", f"{FR}3.50")
    return made(anchor, code, value, at, *rules)


def _organizer(anchor: Anchor, at: str | None, sign: Element) -> Element:
    return el(
        "organizer",
        *templates(f"{CCD}32", f"{CCD}35", f"{PCC}4.13.1", f"{FR}3.49"),
        anchor.id("-panel"),
        coded("code", _PANEL),
        el("statusCode", code="completed"),
        el("effectiveTime", value=at) if at else null("effectiveTime"),
        el("component", sign, typeCode="COMP"),
        classCode="CLUSTER",
        moodCode="EVN",
    )


def unknown_vital_signs(anchor: Anchor) -> Element:
    """Say that no vital sign is known."""
    code = coded("code", loinc("8867-4", "Fréquence cardiaque"))
    value = null("value", "UNK", xsi_type="PQ")
    return _organizer(anchor, None, _sign(anchor, code, None, value))
