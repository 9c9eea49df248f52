"""A mail that came in, as a Communication: who wrote, to whom, what, and what was attached.

https://hl7.org/fhir/R4/communication.html
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cordee.bridges.mssante.mail import Attachment, Mail
from cordee.bridges.mssante.naming import without_prefix
from cordee.bridges.mssante.threads import identifier
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource

SYSTEM = "https://cordee.example/fhir/NamingSystem/mail"
"""System of the identifier by which a mail is known again: its Message-ID and its body."""
_MODES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"
_EMAIL = {"coding": [{"system": _MODES, "code": "EMAILWRIT", "display": "email"}]}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What was found out about a mail: references, and when it was received."""

    received: datetime
    sender: dict[str, Any]
    recipients: Sequence[dict[str, Any]]
    patient: str | None
    documents: Sequence[str]
    answers: Sequence[str]
    labels: Sequence[dict[str, Any]] = ()
    """Visibility labels of what it answers: it is masked from the same people."""
    notes: Sequence[str] = ()


def identity(mail: Mail) -> str:
    """Name a mail: the same however often, and by whichever way, it arrives."""
    return hashlib.sha256(f"{mail.id or ''}\n{mail.digest}".encode()).hexdigest()


def criteria(mail: Mail) -> str:
    """Give the search that finds the message that a mail has become."""
    return f"identifier={SYSTEM}|{identity(mail)}"


def transaction(mail: Mail, files: Sequence[Attachment], told: Circumstances) -> Resource:
    """Give the Bundle that stores the message and its files, unless it is stored already."""
    binaries = [_binary(mail, number, row, told) for number, row in enumerate(files)]
    attached = [_attachment(binary, row) for binary, row in zip(binaries, files, strict=True)]
    message = _message(mail, told) | {"payload": [*_payload(mail, told), *attached]}
    if not message["payload"]:
        del message["payload"]
    entries = [_put(row) for row in binaries]
    request = {"method": "POST", "url": "Communication", "ifNoneExist": criteria(mail)}
    entries.append({"resource": message, "request": request})
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _message(mail: Mail, told: Circumstances) -> Resource:
    ids = [{"system": SYSTEM, "value": identity(mail)}]
    title = without_prefix(mail.subject)
    made = {
        "resourceType": "Communication",
        "meta": {"security": list(told.labels)} if told.labels else None,
        "identifier": [identifier(mail.id), *ids] if mail.id else ids,
        "inResponseTo": [{"reference": row} for row in told.answers],
        "status": "completed",
        "medium": [_EMAIL],
        "subject": {"reference": told.patient} if told.patient else None,
        "topic": {"text": title} if title else None,
        "sent": instant(mail.sent) if mail.sent else None,
        "received": instant(told.received),
        "recipient": list(told.recipients),
        "sender": told.sender or None,
        "note": [{"text": row} for row in told.notes],
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


def _payload(mail: Mail, told: Circumstances) -> list[Resource]:
    text = [{"contentString": mail.text}] if mail.text else []
    return [*text, *({"contentReference": {"reference": row}} for row in told.documents)]


def _binary(mail: Mail, number: int, file: Attachment, told: Circumstances) -> Resource:
    made: Resource = {
        "resourceType": "Binary",
        "id": str(uuid5(NAMESPACE_URL, f"{SYSTEM}/{identity(mail)}/{number}")),
        "contentType": file.kind,
    }
    if told.patient:
        made["securityContext"] = {"reference": told.patient}
    return made | {"data": base64.b64encode(file.data).decode()}


def _attachment(binary: Resource, file: Attachment) -> Resource:
    digest = hashlib.sha1(file.data, usedforsecurity=False).digest()
    made = {
        "contentType": file.kind,
        "url": f"Binary/{binary['id']}",
        "size": len(file.data),
        "hash": base64.b64encode(digest).decode(),
    }
    return {"contentAttachment": made | ({"title": file.name} if file.name else {})}


def _put(binary: Resource) -> dict[str, Any]:
    return {"resource": binary, "request": {"method": "PUT", "url": f"Binary/{binary['id']}"}}
