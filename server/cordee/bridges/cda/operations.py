"""`$to-cda`: a CDA document made from a stored resource, or from a Bundle that is sent.

https://hl7.org/fhir/R4/operations.html
"""

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from cordee.background import beside
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.documents.liaison import LIAISON
from cordee.bridges.cda.documents.registry import DEFAULTS, TYPES
from cordee.bridges.cda.gathering import gather
from cordee.bridges.cda.reading.operation import from_cda_operation
from cordee.bridges.cda.writing.entries.words import note_text
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.writer import Order, write
from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError, Issue
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import OperationEntry, Services
from cordee.operations.parameters import Arguments
from cordee.operations.registry import OWN, entry
from cordee.resource.types import Resource
from cordee.validation.options import Options
from cordee.validation.report import FAILING

MEDIA_TYPE = "text/xml"
"""What the national services call a CDA document."""


def cda_operations(repository: Repository) -> tuple[OperationEntry, ...]:
    """Give the operations of this bridge."""
    tables = CodeTables(repository)
    writing = entry(repository, OWN + "to-cda", partial(to_cda, tables))
    return writing, from_cda_operation(repository)


async def to_cda(tables: CodeTables, services: Services, request: Request) -> Response:
    """Give a Binary that holds the document.

    Raises `FhirError`: INVALID for an unknown type or a missing Bundle, UNPROCESSABLE with an issue
    for each mandatory thing that is missing.
    """
    arguments = Arguments(request, Bundle="resource")
    key = arguments.text("type")
    author, custodian = _reference(arguments, "author"), _reference(arguments, "custodian")
    if request.id is not None:
        structured = _type(key, {"resourceType": request.type}).structured
        named = [row for row in (author, custodian) if row is not None]
        record = await gather(services, request, whole=structured, named=named)
    else:
        record = await beside(request.size, partial(_sent, services, request, arguments, key))
    order = Order(_type(key, record.focus), services.clock(), author, custodian)
    made = await asyncio.to_thread(write, record, order, tables)  # others go on meanwhile
    data = base64.b64encode(made).decode()
    return Response(
        200, resource={"resourceType": "Binary", "contentType": MEDIA_TYPE, "data": data}
    )


def _reference(arguments: Arguments, name: str) -> Resource | None:
    """Give a Reference, which a URL writes as text."""
    value = arguments.one(name)
    return {"reference": value} if isinstance(value, str) else arguments.element(name, "Reference")


def _type(key: str | None, focus: Resource) -> DocumentType:
    """Give the type asked for, or the one that a resource becomes."""
    if key is not None and key not in TYPES:
        raise FhirError(Category.INVALID, f"type is one of {', '.join(TYPES)}, not {key!r}")
    of = str(focus.get("resourceType"))
    # A note of the booklet is a document too, of text.
    usual = LIAISON.key if note_text(focus) else DEFAULTS.get(of)
    chosen = key or usual or _by_code(focus)
    if chosen is None:
        known = ", ".join(TYPES)
        raise FhirError(Category.INVALID, f"Name the type of document for a {of}: {known}")
    return TYPES[chosen]


def _by_code(composition: Resource) -> str | None:
    """Give the type whose code a Composition has."""
    codes = {row.get("code") for row in rows(composition.get("type"), "coding")}
    return next((key for key, type in TYPES.items() if type.code.code in codes), None)


def _sent(services: Services, request: Request, arguments: Arguments, key: str | None) -> Record:
    """Give the record that a Bundle is, around the resource that the document is about."""
    bundle = arguments.resource("resource", "Bundle")
    if bundle is None:
        text = "Send the resources of the document as a Bundle (parameter resource)"
        raise FhirError(Category.INVALID, text)
    entries = bundle.get("entry") or ()
    if not all(isinstance(row, dict) and isinstance(row.get("resource"), dict) for row in entries):
        raise FhirError(Category.INVALID, "Every entry holds a resource", expression="Bundle.entry")
    _check(services, request, entries)
    held = [(row.get("fullUrl"), row["resource"]) for row in entries]
    named = arguments.text("focus")
    focus = _focus(held, named, key)
    return Record(held, focus)


def _check(services: Services, request: Request, entries: Sequence[Resource]) -> None:
    """Refuse resources without the shape of FHIR: nobody has looked at them yet."""
    faults = [
        replace(issue, expression=_within(number, issue))
        for number, row in enumerate(entries)
        for issue in _faults(services, request, row["resource"])
    ]
    if faults:
        raise FhirError(Category.UNPROCESSABLE, issues=faults)


def _within(number: int, issue: Issue) -> str:
    """Give the place of a fault in the Bundle."""
    _, dot, rest = (issue.expression or "").partition(".")
    return f"Bundle.entry[{number}].resource{dot}{rest}"


def _faults(services: Services, request: Request, resource: object) -> list[Issue]:
    report = services.validator.validate(resource, (), Options(claims="off"))
    if report.ok:
        return []
    return [row for row in report.render(request.language) if row.severity in FAILING]


def _focus(held: list[tuple[str | None, Resource]], named: str | None, key: str | None) -> Resource:
    if named is not None:
        for url, row in held:
            if named in {url, f"{row.get('resourceType')}/{row.get('id')}"}:
                return row
        raise FhirError(Category.INVALID, f"focus: {named} is not in the Bundle")
    wanted = TYPES[key].focus if key in TYPES else None
    order = (wanted, "Composition", *DEFAULTS, "Patient")
    for type in order:
        for _, row in held:
            if type is not None and row.get("resourceType") == type:
                return row
    raise FhirError(Category.INVALID, "The Bundle holds nothing a document could be about")
