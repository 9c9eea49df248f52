"""`Patient/[id]/$dmp-retrieve`: a document brought from the DMP into the record.

https://hl7.org/fhir/R4/operations.html
https://profiles.ihe.net/ITI/TF/Volume2/ITI-43.html
"""

from cordee.bridges.cda.reading.importing import Import, take_in
from cordee.bridges.metadata.from_cda import digest
from cordee.bridges.metadata.namespaces import DELETED
from cordee.bridges.xds.client import About, DmpClient, Known
from cordee.bridges.xds.desk import Desk, seen
from cordee.bridges.xds.document_reference import URI, document_reference, identifier_of
from cordee.bridges.xds.held_document import TYPES, held
from cordee.bridges.xds.note import noted
from cordee.bridges.xds.plan import RETRIEVE
from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions.exchange import Request, Response
from cordee.interactions.read import read
from cordee.interactions.search import search
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments, parameters, row
from cordee.outcome import operation_outcome
from cordee.resource import json
from cordee.resource.types import Resource


async def dmp_retrieve(desk: Desk, services: Services, request: Request) -> Response:
    """Give Parameters as `$from-cda` does: the transaction, what is not mapped, the document.

    Raises UNSUPPORTED without a DMP, INVALID without a document, NOT_FOUND for one that the DMP
    does not hold of this patient, UNPROCESSABLE for one that is no CDA or is not what its
    metadata say, and what taking it in raises.
    """
    client, id = desk.open(), str(request.id)
    unique_id = (Arguments(request).text("document") or "").removeprefix("urn:oid:")
    if not unique_id:
        raise FhirError(Category.INVALID, "document must be the uniqueId of a document of the DMP")
    about = await desk.about(services, request, id)
    told = {"unique_id": unique_id}
    try:
        known = await _known(client, about, unique_id)
        document = document_reference(desk.systems, known.entry, f"Patient/{id}")
        if not seen(services, request, document):
            raise _not_held(unique_id)
        data = await _fetched(client, about, known)
    except FhirError as error:
        await desk.keep(services, request, RETRIEVE, f"Patient/{id}", told=told, error=error)
        raise
    await desk.keep(services, request, RETRIEVE, f"Patient/{id}", told=told)
    plain = Request(request.base_url, "Patient", id, caller=request.caller)
    patient = json.parse((await read(services, plain)).body or b"{}")
    done = await _ours(services, request, unique_id, data)
    if done is None:
        done = await take_in(services, request, data, desk.systems, named=patient)
    await noted(services, desk.systems, done.document.rpartition("/")[2], known.entry)
    rows = [
        row("return", "resource", done.bundle),
        row("outcome", "resource", operation_outcome(done.issues)),
        row("document", "valueReference", {"reference": done.document}),
        row("patient", "valueReference", {"reference": done.patient}),
    ]
    return Response(200, resource=parameters(rows), concerns=frozenset({id}))


async def _known(client: DmpClient, about: About, unique_id: str) -> Known:
    known = await client.document(about, unique_id)
    if known is None or known.entry.status == DELETED or not known.entry.repository:
        raise _not_held(unique_id)
    if known.entry.mime_type not in TYPES:
        text = f"Only CDA documents are taken in, and this one is {known.entry.mime_type[:60]}"
        raise FhirError(Category.UNPROCESSABLE, text)
    return known


def _not_held(unique_id: str) -> FhirError:
    text = f"The DMP holds no document {unique_id} of this patient"
    return FhirError(Category.NOT_FOUND, text)


async def _fetched(client: DmpClient, about: About, known: Known) -> bytes:
    """Fetch a document, and see that it is the one its metadata tell of."""
    assert known.entry.unique_id is not None
    data = await client.retrieve(about, known.entry.repository or "", known.entry.unique_id)
    if digest(data) != (known.entry.hash or "").lower():
        text = "The document that the DMP gave is not the one that its metadata tell of"
        raise FhirError(Category.UNPROCESSABLE, text)
    return data


async def _ours(services: Services, request: Request, unique_id: str, data: bytes) -> Import | None:
    """Give the document that went to the DMP from here: it is stored, in another form of XML."""
    for found in await _stored(services, request, unique_id):
        try:
            mine = await held(services, request, found)
        except FhirError:
            continue
        if mine.data == data:
            reference = f"DocumentReference/{found['id']}"
            text = f"The document is stored already as {reference}: nothing is done"
            told = Issue(Severity.INFORMATION, "duplicate", text)
            bundle: Resource = {"resourceType": "Bundle", "type": "transaction-response"}
            about = str((found.get("subject") or {}).get("reference", ""))
            return Import(bundle, (told,), reference, about)
    return None


async def _stored(services: Services, request: Request, unique_id: str) -> list[Resource]:
    identifier = identifier_of(unique_id)
    named = f"{identifier.get('system', URI)}|{identifier['value']}"
    asked = Request(
        request.base_url,
        "DocumentReference",
        query=(("identifier", named),),
        caller=request.caller,
    )
    page = json.parse((await search(services, asked)).body or b"{}")
    return [entry["resource"] for entry in page.get("entry", ())]
