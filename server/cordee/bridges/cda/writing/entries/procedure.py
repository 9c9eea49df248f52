"""An act that was done (FR-Acte).

https://hl7.org/fhir/R4/procedure.html
"""

from functools import partial

from cordee.bridges.cda.writing.concepts import concept, text_of
from cordee.bridges.cda.writing.element import Element, el, null, reference, templates
from cordee.bridges.cda.writing.entries.vocabulary import CCD, FR, PCC
from cordee.bridges.cda.writing.record import Record
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource

_STATUSES = {
    "completed": "completed",
    "in-progress": "active",
    "on-hold": "suspended",
    "stopped": "aborted",
}
_NOT_DONE = frozenset({"entered-in-error", "not-done", "preparation"})


def procedures(record: Record) -> Content:
    """Give the acts a record tells of."""
    told = [row for row in record.all("Procedure") if row.get("status") not in _NOT_DONE]
    return Content(
        ("Acte", "Date"),
        tuple(
            Row((text_of(row.get("code")), spoken(_when(row))), partial(_entry, row))
            for row in told
        ),
    )


def _when(procedure: Resource) -> object:
    period = procedure.get("performedPeriod") or {}
    return procedure.get("performedDateTime") or period.get("start")


def _entry(procedure: Resource, anchor: Anchor) -> Element:
    return act(
        anchor,
        concept("code", procedure.get("code"), anchor.name),
        _STATUSES.get(str(procedure.get("status")), "completed"),
        time(_when(procedure)),
    )


def unknown_procedures(anchor: Anchor) -> Element:
    """Say that nothing is known of acts."""
    return act(
        anchor, null("code", "NA", reference("originalText", anchor.name)), "completed", None
    )


def act(
    anchor: Anchor,
    code: Element,
    status: str,
    when: str | None,
    *,
    template: str = f"{CCD}29",
    mood: str = "EVN",
) -> Element:
    """Write an act; `template` and `mood` tell one done (EVN) from one intended (INT)."""
    return el(
        "procedure",
        *templates(f"{PCC}4.19", template, f"{FR}3.62"),
        anchor.id(),
        code,
        reference("text", anchor.name),
        el("statusCode", code=status),
        el("effectiveTime", value=when) if when else null("effectiveTime"),
        classCode="PROC",
        moodCode=mood,
    )
