"""`Patient/[id]/$dmp-search`: the documents that the DMP holds of a patient.

https://hl7.org/fhir/R4/operations.html
https://profiles.ihe.net/ITI/TF/Volume2/ITI-18.html
"""

from collections.abc import Iterator, Mapping

from cordee.bridges.cda.code_tables import oid_of
from cordee.bridges.metadata.lot import Association
from cordee.bridges.metadata.namespaces import APPROVED, ARCHIVED, DEPRECATED
from cordee.bridges.metadata.times import dtm
from cordee.bridges.xds.client import About, DmpClient, Found, Known
from cordee.bridges.xds.desk import Desk, seen
from cordee.bridges.xds.document_reference import document_reference
from cordee.bridges.xds.plan import SEARCH
from cordee.bridges.xds.queries import Value
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments

STATUSES: Mapping[str, str] = {
    "current": APPROVED,
    "superseded": DEPRECATED,
    "archived": ARCHIVED,
}
_BATCH = 20
"""Entries whose ties are asked for at once."""
_SIGNATURE = "E1762"
"""Type of the signatures of lots, which are no documents for people."""
_CODES = {
    "type": ("XDSDocumentEntryTypeCode", "2.16.840.1.113883.6.1"),
    "category": ("XDSDocumentEntryClassCode", "1.2.250.1.213.1.1.4.1"),
}
"""Parameter → what the query calls it, and the code system of codes that name none."""
_TIMES = {
    "from": "XDSDocumentEntryCreationTimeFrom",
    "to": "XDSDocumentEntryCreationTimeTo",
}


async def dmp_search(desk: Desk, services: Services, request: Request) -> Response:
    """Give a searchset of DocumentReferences, which are not stored here.

    Raises UNSUPPORTED without a DMP, UNPROCESSABLE for an INS that is not qualified, INVALID for a
    wrong parameter, and what the DMP's errors mean.
    """
    client, id = desk.open(), str(request.id)
    arguments = Arguments(request)
    asked = _parameters(arguments)
    about = await desk.about(services, request, id)
    subject = f"Patient/{id}"
    told = {key: value for key, value in asked.items() if key != "XDSDocumentEntryPatientId"}
    try:
        found = await _found(client, about, asked)
    except FhirError as error:
        await desk.keep(services, request, SEARCH, subject, told=told, error=error)
        raise
    await desk.keep(services, request, SEARCH, subject, told=told)
    newest = sorted(found.documents, key=lambda one: one.entry.creation_time or "", reverse=True)
    documents = (
        document_reference(desk.systems, row.entry, subject, found.associations) for row in newest
    )
    entries = [{"resource": row} for row in documents if seen(services, request, row)]
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(entries),
        **({"entry": [row | {"search": {"mode": "match"}} for row in entries]} if entries else {}),
    }
    return Response(200, resource=bundle, concerns=frozenset({id}))


async def _found(client: DmpClient, about: About, asked: Mapping[str, Value]) -> Found:
    """Give the documents that are no signatures, and the ties between documents."""
    parameters = {"XDSDocumentEntryPatientId": about.patient, **asked}
    answer = await client.ask(about, "FindDocuments", parameters)
    documents = tuple(row for row in answer.documents if _kind(row) != _SIGNATURE)
    ties: list[Association] = []
    for batch in batched([row.entry.id for row in documents]):
        told = await client.ask(about, "GetAssociations", {"uuid": batch})
        ties += told.associations
    return Found(documents, (), tuple(ties))


def batched(ids: list[str]) -> Iterator[list[str]]:
    """Give ids in lots as large as the DMP takes them."""
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _kind(row: Known) -> str:
    return row.entry.type_code.code if row.entry.type_code is not None else ""


def _parameters(arguments: Arguments) -> dict[str, Value]:
    asked: dict[str, Value] = {"XDSDocumentEntryStatus": _statuses(arguments)}
    for name, (key, usual) in _CODES.items():
        codes = [_code(word, usual) for word in arguments.words(name)]
        if codes:
            asked[key] = codes
    for name, key in _TIMES.items():
        moment = arguments.instant(name)
        if moment is not None:
            asked[key] = dtm(moment)
    return asked


def _statuses(arguments: Arguments) -> list[str]:
    words = arguments.words("status") or ["current"]
    for word in words:
        if word not in STATUSES:
            text = f"status is one of {', '.join(STATUSES)}, not {word!r}"
            raise FhirError(Category.INVALID, text)
    return [STATUSES[word] for word in words]


def _code(word: str, usual: str) -> str:
    """Write a code as queries have it, with the OID of its system. Raises INVALID."""
    system, bar, code = word.rpartition("|")
    oid = oid_of(system) if bar and system else usual
    if oid is None:
        raise FhirError(Category.INVALID, f"The code system {system} has no OID known here")
    return f"{code}^^{oid}"
