"""What becomes of a mail that came in: its documents first, then the message that names them.

Each step is done once however often it runs: a mail may be handled again after a crash.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cordee.access.caller import Caller
from cordee.access.policy import OpenPolicy
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.reading import holders
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.importing import take_in
from cordee.bridges.cda.reading.patient import patient
from cordee.bridges.cda.reading.reading import Known, Reading
from cordee.bridges.mssante import incoming
from cordee.bridges.mssante.directory import holder_of, patient_of
from cordee.bridges.mssante.incoming import Circumstances
from cordee.bridges.mssante.mail import Mail
from cordee.bridges.mssante.patients import of_resource
from cordee.bridges.mssante.received_documents import Received, documents_of
from cordee.bridges.mssante.threads import parents
from cordee.coordination.question import found
from cordee.coordination.thread_label import labels
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.transaction import transaction
from cordee.operations.matching.facts import facts
from cordee.operations.matching.score import score
from cordee.resource import json
from cordee.resource.types import Resource

COLLECTOR = Caller(
    subject="mssante",
    kind="system",
    name="Collecte MSSanté",
    scopes=frozenset({"system/*.cruds"}),
)
"""Who takes mails in, as the audit tells."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a mail became; `remarks` tell what was not taken or not understood."""

    communication: str
    documents: tuple[str, ...] = ()
    patient: str | None = None
    remarks: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """Write it into an exchange, without what the remarks may say of people."""
        return {
            "communication": self.communication,
            "documents": list(self.documents),
            "patient": self.patient,
            "remarks": len(self.remarks),
        }


@dataclass(slots=True)
class Intake:
    """Takes mails into one server's record."""

    services: Services
    systems: Systems = field(init=False)

    def __post_init__(self) -> None:
        """See everything: what comes in belongs to whom it is about, not to whoever is here."""
        self.services = replace(self.services, policy=OpenPolicy())
        self.systems = Systems(self.services.repository)

    async def take(self, mail: Mail) -> Taken:
        """Store a mail.

        Raises `FhirError`: UNPROCESSABLE, TOO_LARGE, CONFLICT for what cannot be taken in.
        """
        known = await self._known(mail)
        if known is not None:
            return Taken(f"Communication/{known['id']}", remarks=("it was stored already",))
        received = await asyncio.to_thread(documents_of, mail)
        if not await self._one_patient(received.documents):
            text = "The documents of the mail are about several patients"
            raise FhirError(Category.UNPROCESSABLE, text)
        documents, patients, remarks = await self._documents(received)
        told = await self._circumstances(mail, documents, next(iter(patients), None))
        told = replace(told, notes=received.notes)
        bundle = incoming.transaction(mail, received.files, told)
        done = await transaction(self.services, replace(self._request, body=bundle))
        answer = done.resource or json.parse(done.body or b"{}")
        location = str(answer["entry"][-1]["response"]["location"])
        return Taken(
            "Communication/" + location.partition("/_history")[0].rpartition("/")[2],
            tuple(documents),
            told.patient,
            (*received.remarks, *received.notes, *remarks),
        )

    @property
    def _request(self) -> Request:
        base = (self.services.settings.base_url or "").rstrip("/")
        return Request(base, caller=COLLECTOR)

    async def _known(self, mail: Mail) -> Resource | None:
        rows = await found(
            self.services, self.services.store, "Communication", incoming.criteria(mail), count=1
        )
        return rows[0] if rows else None

    async def _one_patient(self, documents: Sequence[Document]) -> bool:
        """Tell whether documents are about one person, known or new, before any is stored."""
        if len(documents) < 2:
            return True
        told = [patient(Reading(row, self.systems, Known())) for row in documents]
        held = [await holders.patient_of(self.services, self._request, row) for row in told]
        known = {row["id"] for row in held if row is not None}
        new = [row for row, found in zip(told, held, strict=True) if found is None]
        return len(known) + bool(new) == 1 and all(_same(new[0], row) for row in new[1:])

    async def _documents(self, received: Received) -> tuple[list[str], dict[str, None], list[str]]:
        """Take the documents in; give their references, their patients, and what was remarked."""
        references: list[str] = []
        patients: dict[str, None] = {}
        remarks: list[str] = []
        for document in received.documents:
            done = await take_in(self.services, self._request, document.data, self.systems)
            references.append(done.document)
            patients[done.patient] = None
            remarks += [issue.diagnostics for issue in done.issues]
        return references, patients, remarks

    async def _circumstances(
        self, mail: Mail, documents: Sequence[str], patient: str | None
    ) -> Circumstances:
        services = self.services
        answered = await parents(services, mail.ids("References", "In-Reply-To"))
        own = str(services.settings.mssante_mailbox)
        sender = await holder_of(services, mail.sender, mail.header("From")) if mail.sender else {}
        return Circumstances(
            received=services.clock(),
            sender=sender,
            recipients=_recipients(answered) or [await holder_of(services, own)],
            patient=patient or await self._subject(mail, answered),
            documents=documents,
            answers=[f"Communication/{row['id']}" for row in answered],
            labels=list(
                {code: row for one in answered for code, row in labels(one).items()}.values()
            ),
        )

    async def _subject(self, mail: Mail, answered: Sequence[Resource]) -> str | None:
        """Tell whom a mail without documents is about: its sender, or whom it answers about."""
        sender = await patient_of(self.services, mail.sender) if mail.sender else None
        if sender is not None:
            return f"Patient/{sender['id']}"
        subjects = {(row.get("subject") or {}).get("reference") for row in answered}
        return subjects.pop() if len(subjects) == 1 else None


def _same(one: Resource, other: Resource) -> bool:
    """Tell whether two who are not known here are one person."""
    names = of_resource(one) & of_resource(other)
    return bool(names) or score(facts(one), facts(other)).grade == "certain"


def _recipients(answered: Sequence[Resource]) -> list[dict[str, Any]]:
    """Give those who wrote what a mail answers: it is for them."""
    rows = {row["sender"]["reference"]: row["sender"] for row in answered if _refers(row)}
    return list(rows.values())


def _refers(message: Resource) -> bool:
    return "reference" in (message.get("sender") or {})
