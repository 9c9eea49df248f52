"""The receipt that a sender asked for: their mail was taken in here, or why it was not.

The mail itself is not sent back, only its headers: what could not be taken in is not passed on.

https://www.rfc-editor.org/rfc/rfc8098
"""

from dataclasses import dataclass
from datetime import datetime
from email.generator import BytesGenerator
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO

from cordee.bridges.mssante.address import within
from cordee.bridges.mssante.mail import Mail, addresses
from cordee.bridges.mssante.naming import fold_case

REFUSED = "906"
"""Code of a mail that was not taken in for a reason that has no code of its own."""
_DISPOSITION = "automatic-action/MDN-sent-automatically; processed"
_TAKEN = "Le message a été intégré."
_NOT_TAKEN = "Le message n'a pas pu être intégré automatiquement pour la raison suivante : {why}"
_HEADERS = ("From", "To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is told, by which mailbox; `error` is why the mail was not taken in."""

    sender: str
    message_id: str
    moment: datetime
    error: str = ""


def wanted_by(mail: Mail, domains: list[str]) -> str | None:
    """Give who is to be told; None where nobody asks, or where asking could be a trick.

    Only the author of a mail is told, and never about mails that machines answer with.
    """
    asked = mail.addresses("Disposition-Notification-To")
    if len(asked) != 1 or asked[0] != mail.sender or not within(asked[0], domains):
        return None
    automatic = mail.header("Auto-Submitted").lower() not in {"", "no"}
    path = mail.header("Return-Path")
    if automatic or (path and addresses(path) != asked):
        return None
    return asked[0] if mail.id else None


def write(mail: Mail, receipt: Receipt) -> bytes:
    """Write the receipt of a mail, the same each time."""
    told = f"{REFUSED}^{' '.join(receipt.error.split())[:200]}" if receipt.error else ""
    mark = f"[KO Intégration système !][{REFUSED}] " if told else ""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = receipt.sender, mail.sender
    made["Subject"] = (mark + " ".join(mail.subject.split()))[:300]
    made["Date"] = format_datetime(receipt.moment)
    made["Message-ID"] = f"<{receipt.message_id}>"
    made["In-Reply-To"] = f"<{mail.id}>"
    made["Auto-Submitted"] = "auto-replied"
    made.set_content(_NOT_TAKEN.format(why=told) if told else _TAKEN, cte="quoted-printable")
    made.make_mixed(boundary=f"receipt-{receipt.message_id.partition('@')[0]}")
    made.replace_header("Content-Type", _type(made))
    made.attach(_part("message/disposition-notification", _fields(mail, receipt, told)))
    headers = [(name, mail.header(name)) for name in _HEADERS]
    made.attach(_part("text/rfc822-headers", [row for row in headers if row[1]]))
    held = BytesIO()
    BytesGenerator(held, policy=SMTP).flatten(made)
    return held.getvalue()


def _type(made: EmailMessage) -> str:
    return (
        f'multipart/report; report-type=disposition-notification; boundary="{made.get_boundary()}"'
    )


def _fields(mail: Mail, receipt: Receipt, told: str) -> list[tuple[str, str]]:
    outcome = f"/Error: {fold_case(told)}" if told else ""
    return [
        ("Reporting-UA", "Cordee"),
        ("Original-Recipient", f"rfc822;{receipt.sender}"),
        ("Final-Recipient", f"rfc822;{receipt.sender}"),
        ("Original-Message-ID", f"<{mail.id}>"),
        ("Disposition", f"{_DISPOSITION}{outcome}"),
    ]


def _part(kind: str, fields: list[tuple[str, str]]) -> EmailMessage:
    """Make a part whose content is header fields."""
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = kind
    part.set_payload("".join(f"{name}: {_plain(text)}\r\n" for name, text in fields))
    return part


def _plain(text: str) -> str:
    """Write a field in ASCII, as both kinds of part want it."""
    told = " ".join(text.split())
    return told if told.isascii() else Header(told, "utf-8").encode(linesep="\r\n")
