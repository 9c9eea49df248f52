"""`DocumentReference/[id]/$dmp-submit`: a document queued for the DMP.

What could be refused for reasons known here is refused at once; the sending itself goes on in the
background, and its end is noted on the DocumentReference.

https://hl7.org/fhir/R4/operations.html
"""

from zoneinfo import ZoneInfo

from cordee.bridges.exchange import Exchange, enqueue, record, written
from cordee.bridges.metadata import vocabulary
from cordee.bridges.metadata.from_cda import Source, entry_of, for_dmp, replaced
from cordee.bridges.metadata.lot import DocumentEntry
from cordee.bridges.xds import plan
from cordee.bridges.xds.client import About
from cordee.bridges.xds.desk import Desk, changeable, patient_of, refused
from cordee.bridges.xds.held_document import Held, held
from cordee.bridges.xds.submission import hidden
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments, parameters, row
from cordee.resource.types import Resource

_ENDED = frozenset({"failed", "refused"})
_READY = frozenset({None, "final", "amended"})


async def dmp_submit(desk: Desk, services: Services, request: Request) -> Response:
    """Give Parameters: the exchange, its state, the document's uniqueId; 202 while it goes on.

    Raises UNSUPPORTED without a DMP, UNPROCESSABLE that names what the DMP would not take, CONFLICT
    when the document was submitted on other terms.
    """
    desk.open()
    arguments = Arguments(request)
    document = await changeable(services, request)
    _check(document)
    patient = patient_of(services, document)
    about = await desk.about(services, request, patient)
    found = await held(services, request, document)
    visibility = _visibility(arguments, document)
    entry = _entry(services, found, visibility, about)
    activity = arguments.text("activity") or services.settings.dmp_activity
    told = _planned(found, entry, about, visibility, activity)
    version = document["meta"]["versionId"]
    exchange = Exchange(
        bridge=plan.BRIDGE,
        action=plan.SUBMIT,
        key=plan.submission_key(told.unique_id),
        about=(f"DocumentReference/{document['id']}/_history/{version}",),
        subject=f"Patient/{patient}",
        target=desk.open().target,
        content=told.content(),
        caller=written(request.caller),
    )
    kept = await enqueue(services, desk.queue, exchange)
    if not told.same_terms(kept.content):
        text = (
            "This document was submitted before with other content or visibility: "
            "$dmp-update changes who may see it"
        )
        raise FhirError(Category.CONFLICT, text)
    return answer(await _anew(desk, services, request, kept))


def answer(exchange: Exchange) -> Response:
    """Tell of an exchange: where it stands, and what the DMP gave."""
    rows = [
        row("exchange", "valueString", exchange.id),
        row("state", "valueCode", exchange.state),
        row("uniqueId", "valueString", exchange.content.get("unique_id")),
        row("entryUuid", "valueString", exchange.result.get("entry_uuid")),
        row("message", "valueString", exchange.error),
    ]
    status = 202 if exchange.state in {"waiting", "sending"} else 200
    return Response(status, resource=parameters(rows))


async def _anew(desk: Desk, services: Services, request: Request, exchange: Exchange) -> Exchange:
    """Order an exchange anew that had ended without success: who asks again wants it."""
    if exchange.state not in _ENDED:
        return exchange
    ordered = await desk.queue.retry(exchange.id)
    if ordered is None:
        return exchange
    await record(services, ordered, request.caller)
    return ordered


def _check(document: Resource) -> None:
    """Refuse what is no document in force."""
    if document.get("status") != "current":
        text = f"Only a current document is submitted, not one that is {document.get('status')}"
        raise refused(text, "DocumentReference.status")
    if document.get("docStatus") not in _READY:
        text = f"Only a final document is submitted, not one that is {document['docStatus']}"
        raise refused(text, "DocumentReference.docStatus")


def _visibility(arguments: Arguments, document: Resource) -> tuple[str, ...]:
    """Give the codes asked for and those the document is labelled with. Raises INVALID."""
    known = vocabulary.visibilities()
    asked = arguments.words("visibility")
    for code in asked:
        if code not in known:
            text = f"visibility is one of {', '.join(known)}, not {code!r}"
            raise FhirError(Category.INVALID, text)
    labels = (
        coding.get("code")
        for label in document.get("securityLabel", ())
        for coding in label.get("coding", ())
    )
    wanted = {*asked, *labels}
    return tuple(code for code in known if code in wanted)


def _entry(
    services: Services, found: Held, visibility: tuple[str, ...], about: About
) -> DocumentEntry:
    """Give the metadata, to see that the DMP would take them. Raises UNPROCESSABLE."""
    source = Source(found.document, found.data, ZoneInfo(services.settings.timezone))
    entry = for_dmp(entry_of(source, ""), hidden(visibility))
    if entry.patient_id != about.patient:
        text = "The document is about another INS than the qualified one of its Patient"
        raise refused(text, "ClinicalDocument.recordTarget.patientRole.id")
    return entry


def _planned(
    found: Held, entry: DocumentEntry, about: About, visibility: tuple[str, ...], activity: str
) -> plan.Submission:
    assert entry.unique_id is not None
    assert entry.hash is not None
    return plan.Submission(
        unique_id=entry.unique_id,
        hash=entry.hash,
        patient=about.patient,
        place=found.place,
        ids=plan.fresh_ids(),
        visibility=visibility,
        activity=activity,
        replaces=replaced(found.document),
        holder=about.holder,
    )
