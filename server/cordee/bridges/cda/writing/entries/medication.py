"""A treatment (FR-Traitement): taken, prescribed or stopped.

https://hl7.org/fhir/R4/medicationstatement.html
https://hl7.org/fhir/R4/medicationrequest.html
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.writing.concepts import codes, text_of
from cordee.bridges.cda.writing.element import Element, coded, el, null, reference, templates
from cordee.bridges.cda.writing.entries.vocabulary import ACT_CODE, CCD, FR, PCC
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource

CIS = "1.2.250.1.213.2.3.1"
"""The national code of speciality, the only one a product's code may be."""
_DRUG = Code("DRUG", ACT_CODE, "Médicament")
CURRENT = frozenset({"active", "intended", "on-hold", "unknown"})
STOPPED = frozenset({"stopped", "completed", "not-taken", "cancelled"})


def medications(record: Record, statuses: frozenset[str]) -> Content:
    """Give the treatments of some statuses."""
    found = record.all("MedicationStatement", "MedicationRequest")
    told = [row for row in found if row.get("status") in statuses and not row.get("doNotPerform")]
    return Content(
        ("Traitement", "Posologie", "Du", "Au"),
        tuple(Row(_cells(record, row), partial(_entry, record, row)) for row in told),
    )


current_medications = partial(medications, statuses=CURRENT)
stopped_medications = partial(medications, statuses=STOPPED)


def _product(record: Record, treatment: Resource) -> Mapping[str, Any]:
    concept = treatment.get("medicationCodeableConcept")
    if concept:
        return dict(concept)
    found = record.get(treatment.get("medicationReference"), "Medication", owner=treatment)
    return dict((found or {}).get("code") or {})


def _times(treatment: Resource) -> tuple[object, object]:
    held = treatment.get("effectivePeriod") or {}
    start = held.get("start") or treatment.get("effectiveDateTime") or treatment.get("authoredOn")
    return start, held.get("end")


def _dosage(treatment: Resource) -> str:
    told = (*rows(treatment, "dosage"), *rows(treatment, "dosageInstruction"))
    return " ; ".join(str(row["text"]) for row in told if row.get("text"))


def _cells(record: Record, treatment: Resource) -> tuple[str, ...]:
    start, end = _times(treatment)
    return text_of(_product(record, treatment)), _dosage(treatment), spoken(start), spoken(end)


def _entry(record: Record, treatment: Resource, anchor: Anchor) -> Element:
    start, end = _times(treatment)
    concept = _product(record, treatment)
    return _administration(anchor, time(start), time(end), _code(concept, anchor), text_of(concept))


def _code(concept: Mapping[str, Any], anchor: Anchor) -> Element:
    known = list(codes(concept))
    words = reference("originalText", anchor.name)
    own = next((code for code in known if code.system == CIS), None)
    rest = [coded("translation", code) for code in known if code is not own]
    return coded("code", own, words, *rest) if own else el("code", words, *rest)


def unknown_medications(anchor: Anchor) -> Element:
    """Say that nothing is known of treatments."""
    return _administration(anchor, None, None, null("code", "UNK"), None)


def _administration(
    anchor: Anchor, start: str | None, end: str | None, code: Element, name: str | None
) -> Element:
    material = el("manufacturedMaterial", code, el("name", name) if name else null("name", "NA"))
    product = el(
        "manufacturedProduct",
        *templates(f"{CCD}53", f"{PCC}4.7.2", f"{FR}3.43"),
        material,
    )
    low = el("low", value=start) if start else null("low")
    high = el("high", value=end) if end else null("high")
    return el(
        "substanceAdministration",
        *templates(f"{CCD}24", f"{PCC}4.7", f"{FR}3.42", f"{PCC}4.7.1"),
        anchor.id(),
        coded("code", _DRUG),
        reference("text", anchor.name),
        el("statusCode", code="completed"),
        el("effectiveTime", low, high, xsi_type="IVL_TS"),
        el("consumable", product),
        classCode="SBADM",
        moodCode="EVN",
    )
