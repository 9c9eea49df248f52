"""The mails that came in, handled one by one: the handler of `mail-in`.

A mail that cannot be taken in is poison: it is moved out of the way, kept, and looked at by people.

https://www.rfc-editor.org/rfc/rfc3464, https://www.rfc-editor.org/rfc/rfc8098
"""

import asyncio

from cordee.bridges.exchange import Done, Exchange, Outcome, Quarantined, Refused
from cordee.bridges.exchange_office import PASSING
from cordee.bridges.mssante.following import follow
from cordee.bridges.mssante.intake import Intake
from cordee.bridges.mssante.mail import Mail, read
from cordee.bridges.mssante.mailbox import Mailbox, Place, place_of
from cordee.bridges.mssante.receipts import Receipts
from cordee.bridges.mssante.report import Report, Told, report_of
from cordee.bridges.mssante.threads import sent_as
from cordee.bridges.mssante.tracking import deliveries
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.resource.types import Resource

_MOST_CONFLICTS = 3
"""Attempts after which a conflict is one that only people can end."""


class Reception:
    """Handles the mails of one server."""

    def __init__(self, services: Services, mailbox: Mailbox, receipts: Receipts) -> None:
        """Take whose mails they are, where they lie, and who tells their senders."""
        self._services = services
        self._mailbox = mailbox
        self._receipts = receipts
        self._intake = Intake(services)

    async def __call__(self, exchange: Exchange) -> Outcome:
        """Handle one mail."""
        place = place_of(exchange.result.get("moved")) or place_of(exchange.content)
        if place is None:
            return Refused("The exchange does not say where the mail lies")
        mail: Mail | None = None
        try:
            data = await asyncio.to_thread(self._mailbox.fetch, place)
            if data is None:
                return Refused("The mail is no longer in the mailbox")
            mail = await asyncio.to_thread(_read, data)
            return await self._handled(mail, place)
        except FhirError as error:
            if _passing(error, exchange):
                raise
            return await self._set_apart(mail, place, str(error))

    async def _handled(self, mail: Mail, place: Place) -> Outcome:
        report = await asyncio.to_thread(report_of, mail)
        if report is not None:
            return Done({"report": await self._reported(report)})
        taken = await self._intake.take(mail)
        await self._receipts.queued(mail, place)
        return Done(taken.json())

    async def _set_apart(self, mail: Mail | None, place: Place, reason: str) -> Outcome:
        """Move a mail out of the way, and tell its sender."""
        moved = await asyncio.to_thread(self._mailbox.quarantine, place)
        if mail is not None and moved is not None:
            await self._receipts.queued(mail, moved, reason)
        return Quarantined(reason, {"moved": moved.json()} if moved is not None else {})

    async def _reported(self, report: Report) -> list[str]:
        """Write into the messages of ours what is told of them; give which these are."""
        followed = []
        for id in dict.fromkeys(report.ids):
            message = await sent_as(self._services.store, id)
            if message is None:
                continue
            for told in report.told:
                if _about(message, id, told):
                    await follow(self._services, message["id"], id, told.word, told.reason)
            followed.append(f"Communication/{message['id']}")
        return list(dict.fromkeys(followed))


def _about(message: Resource, id: str, told: Told) -> bool:
    """Tell whether what is told of a recipient is about the mail of that id.

    One mail has one recipient; where the mailbox forwards, only the original one counts.
    """
    if told.address is None:
        return True
    addresses = {row.address for row in deliveries(message) if row.message_id == id}
    return told.address in addresses


def _read(data: bytes) -> Mail:
    try:
        return read(data)
    except FhirError:
        raise
    except Exception as error:
        # Whatever else a mail of strangers brings about, it is that mail that is poison.
        text = f"The mail cannot be read: {type(error).__name__}"
        raise FhirError(Category.UNPROCESSABLE, text) from error


def _passing(error: FhirError, exchange: Exchange) -> bool:
    if error.category is Category.CONFLICT:
        return exchange.attempts < _MOST_CONFLICTS
    return error.category in PASSING or error.category is Category.BUG
