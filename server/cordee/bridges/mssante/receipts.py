"""Receipts that senders asked for, queued and sent: the handler of `receipt`.

Nothing of the mail is in the queue: it is read again where it lies.
"""

import asyncio
from dataclasses import dataclass

from cordee.bridges.exchange import Done, Exchange, ExchangeQueue, Outcome, Refused, enqueue
from cordee.bridges.mssante import receipt
from cordee.bridges.mssante.incoming import identity
from cordee.bridges.mssante.mail import Mail, read
from cordee.bridges.mssante.mailbox import Mailbox, Place, place_of
from cordee.bridges.mssante.order import BRIDGE
from cordee.bridges.mssante.receipt import Receipt
from cordee.bridges.mssante.submission import Refusal, Submission
from cordee.interactions.services import Services

RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Receipts:
    """Queues and sends the receipts of one server."""

    services: Services
    queue: ExchangeQueue
    mailbox: Mailbox
    submission: Submission | None

    async def queued(self, mail: Mail, place: Place, error: str = "") -> None:
        """Queue a receipt, where one is asked for and this server gives them."""
        settings = self.services.settings
        address = receipt.wanted_by(mail, settings.mssante_domains)
        if address is None or self.submission is None or not settings.mssante_receipts:
            return
        kind = "error" if error else "taken"
        exchange = Exchange(
            bridge=BRIDGE,
            action=RECEIPT,
            key=f"mssante:receipt:{identity(mail)}:{kind}",
            target=address,
            content={"place": place.json(), "address": address, "error": error[:500]},
        )
        await enqueue(self.services, self.queue, exchange)

    async def __call__(self, exchange: Exchange) -> Outcome:
        """Send one."""
        place = place_of(exchange.content.get("place"))
        data = await asyncio.to_thread(self.mailbox.fetch, place) if place is not None else None
        if data is None or self.submission is None:
            return Refused("The mail is no longer in the mailbox")
        mail = await asyncio.to_thread(read, data)
        sender = str(self.services.settings.mssante_mailbox)
        told = Receipt(
            sender=sender,
            message_id=f"receipt.{exchange.id}@{sender.rpartition('@')[2]}",
            moment=exchange.created,
            error=str(exchange.content.get("error", "")),
        )
        address = str(exchange.content["address"])
        answer = await self.submission.send(address, receipt.write(mail, told), None)
        return Refused(answer.reason) if isinstance(answer, Refusal) else Done()
