"""A CDA document from FHIR resources: header, then sections as XML or as a PDF.

https://esante.gouv.fr/volet-structuration-minimale-de-documents-de-sante
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from cordee.bridges.cda.code_tables import Code, CodeTables
from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.writing import section
from cordee.bridges.cda.writing.circle import circle
from cordee.bridges.cda.writing.concepts import codes, text_of
from cordee.bridges.cda.writing.element import Element, el
from cordee.bridges.cda.writing.entries.attachment import PDF, pdf_of
from cordee.bridges.cda.writing.header import Situation, confidentiality, header
from cordee.bridges.cda.writing.names import spoken_name
from cordee.bridges.cda.writing.patient import ins
from cordee.bridges.cda.writing.people import Professional, professional, structure_id
from cordee.bridges.cda.writing.problems import Problems
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.times import bounds, spoken, time
from cordee.bridges.cda.writing.versions import identify, updated
from cordee.errors import Category, FhirError
from cordee.resource.types import Resource

TYPE_CODES = "1.2.250.1.213.1.1.5.471"
"""JDV_J07: the types of document."""
_AUTHORS = ("author", "sender", "requester", "source", "performer", "participant")
_MADE = ("created", "sent", "authored", "authoredOn", "date", "recordedDate", "issued")
_SINCE = ("period", "effectivePeriod", "occurrencePeriod")


@dataclass(frozen=True, slots=True)
class Order:
    """What to write: the type, who signs when the resource does not say, and the present time."""

    type: DocumentType
    now: datetime
    author: object = None
    custodian: object = None


def write(record: Record, order: Order, tables: CodeTables) -> bytes:
    """Write the document about a record's focus, as UTF-8 XML.

    Raises `FhirError` UNPROCESSABLE that names everything mandatory that is missing.
    """
    problems = Problems()
    known = _situation(record, order, tables)
    parts = list(header(known, tables, problems))
    problems.refuse()
    body = _structured(record, known) if known.type.structured else _level_1(record, known)
    root = el("ClinicalDocument", *parts, el("component", body))
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xsi"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _situation(record: Record, order: Order, tables: CodeTables) -> Situation:
    focus, patient = record.focus, record.patient
    if patient is None:
        text = "The document needs the patient it is about, and exactly one"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Patient")
    author = _author(record, patient, order)
    made = _made(record) or order.now.strftime("%Y%m%d%H%M%S%z")
    since, until = _bounds(focus)
    code = _code(focus, order.type, tables)
    return Situation(
        type=order.type,
        code=code,
        title=_title(focus, order.type, code),
        identity=identify(record, order.type.key, ins(patient, Problems())[0]),
        patient=patient,
        author=author,
        custodian=_custodian(record, author, order),
        circle=circle(record, patient, author),
        made=made,
        since=since or made,
        until=until,
        confidentiality=confidentiality(focus),
    )


def _author(record: Record, patient: Resource, order: Order) -> Professional:
    """Find who signs: who is asked for, whom the focus names, the doctor, anybody of the circle."""
    if order.author is not None:
        return professional(record, order.author)
    for who in _named_authors(record):
        if who.id is not None:
            return who
    around = circle(record, patient, Professional())
    members = (member.who for member in around.members)
    known = (around.doctor, *members)
    return next((who for who in known if who is not None and who.id), Professional())


def _named_authors(record: Record) -> Iterator[Professional]:
    for name in _AUTHORS:
        for row in rows(record.focus, name):
            held = (
                row.get("individual") or row.get("actor") or row if isinstance(row, dict) else row
            )
            yield professional(record, held)


def _custodian(record: Record, author: Professional, order: Order) -> Resource | None:
    """Find who keeps the document: whom the caller or the focus names, where the author works."""
    named = [
        order.custodian,
        record.focus.get("custodian"),
        *rows(record.focus, "managingOrganization"),
    ]
    for reference in named:
        found = record.get(reference, "Organization")
        if found is not None:
            return found
    if structure_id(author.structure) is not None:
        return author.structure
    teams = (row for team in record.all("CareTeam") for row in rows(team, "managingOrganization"))
    keepers = (record.get(row, "Organization") for row in teams)
    return next((row for row in keepers if structure_id(row) is not None), author.structure)


def _made(record: Record) -> str | None:
    """Give when what the document tells was last changed, else when the focus says it was made."""
    own = updated(record.focus)
    if own is not None:
        changes = (when for row in record if (when := updated(row)) is not None)
        return max(own, *changes).strftime("%Y%m%d%H%M%S%z")
    told = (time(record.focus.get(name)) for name in _MADE)
    return next((value for value in told if value), None)


def _bounds(focus: Resource) -> tuple[str | None, str | None]:
    for name in _SINCE:
        if focus.get(name):
            return bounds(focus[name])
    stay = (
        (focus.get("context") or {}).get("period") if isinstance(focus.get("context"), dict) else {}
    )
    if stay:
        return bounds(stay)
    told = (time(focus.get(name)) for name in _MADE)
    return next((value for value in told if value), None), None


def _code(focus: Resource, type: DocumentType, tables: CodeTables) -> Code:
    """Give the type's code, with the national label; a PDF's own type where the list has it."""
    known = tables.table(TYPE_CODES) or {}
    if type.key == "pdf":
        own = (known.get((code.code, code.system)) for code in codes(focus.get("type")))
        found = next((code for code in own if code is not None), None)
        if found is not None:
            return found
    return known.get((type.code.code, type.code.system), type.code)


def _title(focus: Resource, type: DocumentType, code: Code) -> str:
    if type.key == "pdf":
        return str(focus.get("description") or text_of(focus.get("type")) or code.display)
    return str(focus.get("title") or type.title) if type.key == "ppcs" else type.title


def _structured(record: Record, known: Situation) -> Element:
    parts = (section.write(row, record, known.identity) for row in known.type.sections)
    return el("structuredBody", *parts)


def _level_1(record: Record, known: Situation) -> Element:
    if known.type.key == "pdf":
        data = pdf_of(record, record.focus)
        if data is None:
            text = "The document holds no PDF: an attachment of type application/pdf, with its data"
            raise FhirError(Category.UNPROCESSABLE, text, expression="DocumentReference.content")
        content = data
    else:
        parts = [(row.title, row.fill(record)) for row in known.type.sections]
        # Its libraries take a fifth of a second to import, and few servers write PDF at once.
        from cordee.bridges.cda.writing import pdf  # noqa: PLC0415

        made = pdf.write(known.title, known.author.name, list(_identity(known)), parts)
        content = base64.b64encode(made).decode()
    return el("nonXMLBody", el("text", content, mediaType=PDF, representation="B64"))


def _identity(known: Situation) -> Iterator[str]:
    """Say whose document it is, by whom, of when: what stands at the top of the first page."""
    patient = known.patient
    number, _ = ins(patient, Problems())
    born = spoken(patient.get("birthDate"))
    yield f"Patient : {spoken_name(patient)}, né(e) le {born}, INS {number}"
    where = (known.author.structure or {}).get("name")
    yield f"Auteur : {known.author.name}" + (f", {where}" if where else "")
    day = known.made
    yield f"Document du {day[6:8]}/{day[4:6]}/{day[:4]}, version {known.identity.number}"
