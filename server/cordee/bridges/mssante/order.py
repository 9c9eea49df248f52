"""A message ordered to be sent: the mails it becomes, each with its fixed place in the queue.

What has the same contents and goes to the same mailbox is the same mail, whoever orders it and how
often: its exchange, its Message-ID and its archive keep their names.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cached_property
from uuid import NAMESPACE_URL, uuid5

from cordee.bridges.exchange import Exchange
from cordee.bridges.mssante import letter, naming, patients, tracking
from cordee.bridges.mssante.contents import Contents
from cordee.bridges.mssante.letter import Letter
from cordee.bridges.mssante.recipients import Recipient
from cordee.bridges.xdm.writer import Parcel, write
from cordee.errors import Category, FhirError
from cordee.resource import json
from cordee.resource.types import Resource

BRIDGE = "mssante"
MAIL_OUT = "mail-out"
MOST_BYTES = 10_000_000
"""Largest mail: operators take ten megabytes everywhere, and the database keeps it in one piece."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that is ready, and its place in the queue."""

    exchange: Exchange
    recipient: Recipient
    mail: bytes


@dataclass(frozen=True)
class Order:
    """A message to be sent: its contents, and what all its mails have in common."""

    message: Resource
    contents: Contents
    form: Letter
    caller: str

    @cached_property
    def digest(self) -> str:
        """Name what is sent: the message without what following it changes, and what it carries."""
        kept = {name: row for name, row in self.message.items() if name not in tracking.TRACKED}
        carried = "\n".join(self.contents.about[1:])
        return hashlib.sha256(json.serialize(kept) + carried.encode()).hexdigest()

    def exchange(self, recipient: Recipient) -> Exchange:
        """Give the exchange that is the mail to a recipient."""
        id = str(self.message["id"])
        key = f"mssante:{id}:{self.digest}:{recipient.address}"
        name = naming.message_id(id, key, self.form.sender)
        return Exchange(
            bridge=BRIDGE,
            action=MAIL_OUT,
            key=key,
            about=tuple(self.contents.about),
            subject=(self.message.get("subject") or {}).get("reference"),
            target=recipient.address,
            content={"communication": id, "address": recipient.address, "message_id": name},
            caller=self.caller,
        )

    def archive(self) -> bytes:
        """Pack the documents; without any there is no archive."""
        if not self.contents.documents:
            return b""
        about = patients.of_resource(self.form.patient or {})
        if not all(patients.of_document(row) & about for row in self.contents.documents):
            text = "A document of the message is about another patient"
            raise FhirError(Category.UNPROCESSABLE, text, expression="Communication.payload")
        source = uuid5(NAMESPACE_URL, f"mailto:{self.form.sender}")
        by = str((self.message.get("sender") or {}).get("display", ""))
        parcel = Parcel(
            self.contents.documents,
            key=f"{self.message['id']}:{self.digest}",
            moment=self.form.moment,
            zone=self.form.moment.tzinfo or UTC,
            sender=f"{by} {self.form.sender}".strip(),
            source_id=f"2.25.{source.int}",
        )
        return write(parcel)


def mails(order: Order, recipients: Sequence[Recipient]) -> list[Outgoing]:
    """Write the mails to some recipients; what they have in common is written once.

    Raises TOO_LARGE, and what packing the documents raises.
    """
    archive = order.archive() if recipients else b""
    made = []
    for row in recipients:
        exchange = order.exchange(row)
        name = str(exchange.content["message_id"])
        form = replace(order.form, address=row.address, message_id=name, archive=archive)
        mail = letter.write(form)
        if len(mail) > MOST_BYTES:
            text = f"The mail would have {len(mail)} bytes; {MOST_BYTES} are sent at most"
            raise FhirError(Category.TOO_LARGE, text)
        made.append(Outgoing(exchange, row, mail))
    return made
