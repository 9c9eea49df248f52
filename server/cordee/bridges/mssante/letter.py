"""A mail by the rules of MSSanté: one patient, the archive, a PDF of each document, its headers.

Référentiel socle MSSanté #2, ECO.2.1 and ECO.2.4; https://www.rfc-editor.org/rfc/rfc5322
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cordee.bridges.cda.document import Document
from cordee.bridges.mssante import naming
from cordee.bridges.mssante.address import is_patient
from cordee.bridges.mssante.pdf_copy import pdf_of
from cordee.bridges.xdm.layout import ARCHIVE
from cordee.resource.types import Resource

USUAL_TEXT = "Bonjour,\n\nVeuillez trouver ci-joint {what} concernant {who}.\n"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to one mailbox.

    `product` is the number of this software (NIL), `final` says that the patient is not to answer,
    `answers` are the ids of the mails it answers, the last of them directly.
    """

    sender: str
    address: str
    message_id: str
    moment: datetime
    text: str
    title: str = ""
    patient: Resource | None = None
    documents: Sequence[Document] = ()
    archive: bytes = b""
    qualified: bool = False
    product: str = ""
    final: bool = False
    reply_to: str | None = None
    answers: Sequence[str] = ()


def write(letter: Letter) -> bytes:
    """Write the mail, as it goes over the wire."""
    mail = EmailMessage(policy=SMTP)
    for name, value in _headers(letter):
        mail[name] = value
    mail.set_content(_text(letter), charset="utf-8", cte="quoted-printable")
    if letter.documents:
        mail.add_attachment(letter.archive, "application", "zip", filename=ARCHIVE)
    many = len(letter.documents) > 1
    for number, document in enumerate(letter.documents, 1):
        name = naming.pdf_name(document, letter.patient or {}, number if many else None)
        mail.add_attachment(pdf_of(document), "application", "pdf", filename=name)
    return mail.as_bytes()


def _headers(letter: Letter) -> list[tuple[str, str]]:
    rows = [
        ("From", letter.sender),
        ("To", letter.address),
        ("Reply-To", letter.reply_to),
        ("Subject", _subject(letter)),
        ("Date", format_datetime(letter.moment)),
        ("Message-ID", f"<{letter.message_id}>"),
        ("In-Reply-To", f"<{letter.answers[-1]}>" if letter.answers else None),
        ("References", " ".join(f"<{row}>" for row in letter.answers)),
        ("Disposition-Notification-To", letter.sender),
        ("X-MSS-CODECDA", ",".join(dict.fromkeys(map(naming.code_of, letter.documents)))),
        ("X-MSS-INS", "O" if letter.qualified else "N"),
        ("X-MSS-NIL", letter.product),
        ("X-MSS-MES", "FIN" if letter.final and is_patient(letter.address) else None),
    ]
    return [(name, value) for name, value in rows if value]


def _subject(letter: Letter) -> str:
    if letter.documents:
        return naming.subject(letter.documents, letter.patient or {})
    # Line breaks would end the header.
    return " ".join(letter.title.split())[:200] or "Message"


def _text(letter: Letter) -> str:
    if letter.text or not letter.documents:
        return letter.text + "\n"
    rest = naming.without_prefix(naming.subject(letter.documents, letter.patient or {}))
    many = len(letter.documents) > 1
    what = "les documents" if many else "le document"
    return USUAL_TEXT.format(what=what, who=rest)
