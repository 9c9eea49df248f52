"""The vital signs (FR-Signes-vitaux): an organizer for each moment of measuring.

https://hl7.org/fhir/R4/observation-vitalsigns.html
"""

from collections.abc import Iterator
from functools import partial

from cordee.bridges.cda.writing.concepts import codes, concept, text_of
from cordee.bridges.cda.writing.element import Element, coded, el, null, templates
from cordee.bridges.cda.writing.entries.observation import is_vital, made, value_of, value_text
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
    told = [sign for row in record.all("Observation") if is_vital(row) for sign in _signs(row)]
    return Content(
        ("Signe vital", "Valeur", "Date"),
        tuple(
            Row(
                (text_of(row.get("code")), value_text(row), spoken(row.get("effectiveDateTime"))),
                partial(_entry, row),
            )
            for row in told
        ),
    )


def _signs(observation: Resource) -> Iterator[Resource]:
    parts = rows(observation, "component")
    for part in parts or [observation]:
        sign = {"effectiveDateTime": observation.get("effectiveDateTime")} | part
        if any(code.code in SIGNS for code in codes(sign.get("code"))):
            yield sign


def _entry(sign: Resource, anchor: Anchor) -> Element:
    when = time(sign.get("effectiveDateTime"))
    code = concept("code", sign.get("code"), anchor.name)
    return _organizer(anchor, when, _sign(anchor, code, when, value_of(sign, anchor)))


def _sign(anchor: Anchor, code: Element, when: str | None, value: Element) -> Element:
    rules = (f"{CCD}31", f"{PCC}4.13", f"{PCC}4.13.2", f"{FR}3.50")
    return made(anchor, code, value, when, *rules)


def _organizer(anchor: Anchor, when: str | None, sign: Element) -> Element:
    return el(
        "organizer",
        *templates(f"{CCD}32", f"{CCD}35", f"{PCC}4.13.1", f"{FR}3.49"),
        anchor.id("-panel"),
        coded("code", _PANEL),
        el("statusCode", code="completed"),
        el("effectiveTime", value=when) if when else null("effectiveTime"),
        el("component", sign, typeCode="COMP"),
        classCode="CLUSTER",
        moodCode="EVN",
    )


def unknown_vital_signs(anchor: Anchor) -> Element:
    """Say that no vital sign is known."""
    code = coded("code", loinc("8867-4", "Fréquence cardiaque"))
    value = null("value", "UNK", xsi_type="PQ")
    return _organizer(anchor, None, _sign(anchor, code, None, value))
