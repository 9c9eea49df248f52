"""`Communication/[id]/$mssante-send`: a message and its documents, to each recipient's mailbox.

What is sent is written once, with the eyes of the caller, and kept as a Binary: whoever sends it,
now or after a failure, sends the same mail. One mail goes to one mailbox, so that what became of it
is known of each.

https://hl7.org/fhir/R4/communication.html
"""

import asyncio
import base64
from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from cordee.bridges import exchange as exchanges
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.exchange import Exchange, ExchangeQueue
from cordee.bridges.mssante import tracking
from cordee.bridges.mssante.contents import Contents, Gathering
from cordee.bridges.mssante.following import follow
from cordee.bridges.mssante.letter import Letter
from cordee.bridges.mssante.order import Order, Outgoing, mails
from cordee.bridges.mssante.recipients import recipients_of, sender_mailbox
from cordee.bridges.mssante.threads import answered
from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.interactions import answer, visibility
from cordee.interactions.candidate import permit
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import add
from cordee.interactions.linking import local_key
from cordee.interactions.read import read
from cordee.interactions.services import OperationEntry, Services
from cordee.interactions.stamp import instant
from cordee.interactions.update import states
from cordee.operations.parameters import Arguments
from cordee.operations.registry import OWN, entry
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession
from cordee.validation.french.identity_status import Status, standing

MEDIA_TYPE = "message/rfc822"
_AGAIN = frozenset(("failed", "refused", "quarantined"))


def mssante_operations(repository: Repository, queue: ExchangeQueue) -> tuple[OperationEntry, ...]:
    """Give the operations of this bridge."""
    sending = partial(send, CodeTables(repository), queue)
    return (entry(repository, OWN + "Communication-mssante-send", sending),)


async def send(
    tables: CodeTables, queue: ExchangeQueue, services: Services, request: Request
) -> Response:
    """Queue the mails of a message; give the Communication as it is now.

    Called again it sends nothing twice: what failed is tried anew. Raises `FhirError`: UNSUPPORTED
    without a mailbox, FORBIDDEN for who may only read the message, and for who does not act for the
    structure whose mailbox it is, UNPROCESSABLE with what it or a
    recipient lacks, TOO_LARGE.
    """
    if not services.settings.mssante_mailbox or not services.settings.mssante_smtp:
        raise FhirError(Category.UNSUPPORTED, "This server has no mailbox of MSSanté")
    final = Arguments(request).flag("final") is True
    stored = await read(services, _asked(request, ("Communication", str(request.id))))
    await _permitted(services, request)
    message = json.parse(stored.body or b"{}")
    if message.get("status") == "entered-in-error":
        text = "What was entered in error is not sent"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Communication.status")
    contents = await Gathering(tables, services, request).contents(message)
    contents.about.insert(0, f"Communication/{message['id']}/_history/{stored.version}")
    recipients = await recipients_of(services, request, message)
    for row in recipients:
        contents.check(patient=row.patient)
    form = await _form(services, request, message, contents, final=final)
    order = Order(message, contents, form, exchanges.written(request.caller))
    known = {row.address: await queue.find(order.exchange(row).key) for row in recipients}
    fresh = [row for row in recipients if known[row.address] is None]
    made = await asyncio.to_thread(mails, order, fresh)
    await _queue(services, queue, request, order, made)
    for held in known.values():
        if held is not None and held.state in _AGAIN:
            await _again(services, queue, held)
    now = await services.store.read("Communication", str(request.id))
    assert now is not None
    return answer.of(now, 200)


async def _permitted(services: Services, request: Request) -> None:
    """Raise FORBIDDEN for who may not change the message: sending gives it away, and is noted."""
    caller, key = request.caller, ("Communication", str(request.id))
    if not caller.acts_for_structure:
        text = "The mailbox is the structure's: software and professionals of the directory use it"
        raise FhirError(Category.FORBIDDEN, text)
    current = await visibility.current(services, services.store, caller, *key)
    permit(services, request, "update", key[0], lambda: states(services, current))


async def _form(
    services: Services, request: Request, message: Resource, contents: Contents, *, final: bool
) -> Letter:
    """Give what all mails of a message have in common."""
    patient = await _patient(services, request, message)
    if contents.documents and patient is None:
        text = "A message that carries documents names the patient they are about"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Communication.subject")
    return Letter(
        sender=str(services.settings.mssante_mailbox),
        address="",
        message_id="",
        moment=services.clock().astimezone(ZoneInfo(services.settings.timezone)),
        text=contents.text,
        title=str((message.get("topic") or {}).get("text", "")),
        patient=patient,
        documents=tuple(contents.documents),
        qualified=patient is not None and standing(patient).status is Status.QUALIFIED,
        product=services.settings.mssante_nil,
        final=final,
        reply_to=await sender_mailbox(services, request, message),
        answers=await answered(services, request, message),
    )


async def _patient(services: Services, request: Request, message: Resource) -> Resource | None:
    key = local_key(services, str((message.get("subject") or {}).get("reference", "")))
    if key is None or key[0] != "Patient":
        return None
    return json.parse((await read(services, _asked(request, key))).body or b"{}")


def _asked(request: Request, key: tuple[str, str]) -> Request:
    return Request(request.base_url, *key, caller=request.caller)


async def _queue(
    services: Services,
    queue: ExchangeQueue,
    request: Request,
    order: Order,
    made: Sequence[Outgoing],
) -> None:
    """Keep the mails, queue them and tell the message, all at once or not at all."""
    if not made:
        return
    id = str(order.message["id"])

    async def work(session: WriteSession) -> list[Exchange]:
        await session.lock(f"mssante {id}")
        current = await session.read("Communication", id)
        if current is None or current.deleted:
            raise FhirError(Category.DELETED, f"Communication/{id} was deleted")
        message = json.parse(current.body)
        queued = []
        for row in made:
            exchange, new = await queue.add(row.exchange, session)
            if not new:  # another request has just done so
                continue
            queued.append(exchange)
            await add(services, session, Request(request.base_url), _binary(row, id))
            message = tracking.put(message, _delivery(services, row))
        if queued:
            await add(services, session, Request(request.base_url), message)
        return queued

    for exchange in await services.store.write(work):
        await exchanges.record(services, exchange)


def _binary(row: Outgoing, communication: str) -> Resource:
    return {
        "resourceType": "Binary",
        "id": row.exchange.id,
        "contentType": MEDIA_TYPE,
        "securityContext": {"reference": f"Communication/{communication}"},
        "data": base64.b64encode(row.mail).decode(),
    }


def _delivery(services: Services, row: Outgoing) -> tracking.Delivery:
    return tracking.Delivery(
        address=row.recipient.address,
        message_id=str(row.exchange.content["message_id"]),
        state="queued",
        time=instant(services.clock()),
        recipient=row.recipient.reference,
    )


async def _again(services: Services, queue: ExchangeQueue, exchange: Exchange) -> None:
    """Try a mail anew that did not leave."""
    ordered = await queue.retry(exchange.id)
    if ordered is not None:
        await exchanges.record(services, ordered)
        id, name = str(exchange.content["communication"]), str(exchange.content["message_id"])
        await follow(services, id, name, "queued", anew=True)
