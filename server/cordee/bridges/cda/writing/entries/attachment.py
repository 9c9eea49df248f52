"""Documents attached to a structured one (FR-Document-attache), and where one prefers to go.

https://hl7.org/fhir/R4/documentreference.html
"""

from collections.abc import Iterator
from functools import partial

from cordee.bridges.cda.writing.concepts import text_of
from cordee.bridges.cda.writing.element import Element, coded, el, null, reference, templates
from cordee.bridges.cda.writing.entries.observation import simple
from cordee.bridges.cda.writing.entries.vocabulary import FR, PCC, loinc
from cordee.bridges.cda.writing.names import address, telecoms
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken
from cordee.resource.types import Resource

PDF = "application/pdf"
_ATTACHED = loinc("55107-7", "Document attaché")
_KIND = loinc("69764-9", "Type de document")
_PREFERRED = loinc("11302-7", "Etablissement de santé de préférence")


def pdf_of(record: Record, document: Resource) -> str | None:
    """Give the base64 of a document's PDF, from itself or from the Binary it names."""
    for content in rows(document, "content"):
        attachment = content.get("attachment") or {}
        if attachment.get("contentType") != PDF:
            continue
        if attachment.get("data"):
            return str(attachment["data"])
        binary = record.get(attachment.get("url"), "Binary", owner=document)
        if binary is not None and binary.get("data"):
            return str(binary["data"])
    return None


def attachments(record: Record) -> Content:
    """Give the PDF documents of a record."""
    return Content(("Document", "Date"), tuple(_attachments(record)))


def _attachments(record: Record) -> Iterator[Row]:
    for document in record.all("DocumentReference"):
        data = pdf_of(record, document)
        if data is not None and document.get("status") == "current":
            cells = (text_of(document.get("type")) or "Document", spoken(document.get("date")))
            yield Row(cells, partial(_entry, document, data))


def _entry(document: Resource, data: str, anchor: Anchor) -> Element:
    # The models list few kinds of attachments: others are told in words.
    kind = el("value", text_of(document.get("type")) or "Document", xsi_type="ST")
    return _organizer(anchor, kind, el("value", data, mediaType=PDF, representation="B64"))


def unknown_attachments(anchor: Anchor) -> Element:
    """Say that nothing is attached."""
    return _organizer(
        anchor, el("value", "Aucun document joint", xsi_type="ST"), null("value", "NA")
    )


def _organizer(anchor: Anchor, value: Element, content: Element) -> Element:
    kind = simple(anchor, coded("code", _KIND), value, None, f"{FR}3.48.18")
    media = el("observationMedia", content, classCode="OBS", moodCode="EVN")
    return el(
        "organizer",
        *templates(f"{FR}3.18"),
        anchor.id("-set"),
        coded("code", _ATTACHED),
        el("statusCode", code="completed"),
        el("component", kind),
        el("component", media),
        classCode="CLUSTER",
        moodCode="EVN",
    )


def unknown_preference(anchor: Anchor) -> Element:
    """Say that no establishment is known to be preferred."""
    nobody = {"name": "Non renseigné"}
    return el(
        "act",
        *templates(f"{PCC}1.10.4.2", f"{FR}3.97"),
        anchor.id(),
        coded("code", _PREFERRED),
        reference("text", anchor.name),
        el("statusCode", code="normal"),
        null("effectiveTime", "NAV"),
        *(_place(role, nobody) for role in ("RCV", "ORG", "DST")),
        classCode="ACT",
        moodCode="INT",
    )


def _place(role: str, structure: Resource) -> Element:
    return el(
        "participant",
        null("time", "NAV"),
        el(
            "participantRole",
            null("id", "UNK"),
            address(structure),
            *telecoms(structure),
            el("playingEntity", el("name", str(structure["name"]))),
            classCode="ROL",
        ),
        typeCode=role,
    )
