"""What mail systems and mailboxes say of a mail that was sent: reports, machine-readable or not.

https://www.rfc-editor.org/rfc/rfc3464 (delivery), https://www.rfc-editor.org/rfc/rfc8098 (receipt)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Literal

from cordee.bridges.mssante.mail import Mail, Part, addresses, content, header, leaves

Word = Literal["delivered", "relayed", "delayed", "failed", "read", "refused"]
"""What became of a mail for one recipient.

`relayed` means that no more will be heard of it; `read` covers displayed and processed mails,
`refused` those whose recipient's software could not take them in.
"""

_ACTIONS: dict[str, Word] = {
    "delivered": "delivered",
    "expanded": "relayed",
    "relayed": "relayed",
    "delayed": "delayed",
    "failed": "failed",
}
_ERROR = re.compile(r"/\s*(?:error|failure)", re.IGNORECASE)
_REFUSED = re.compile(
    r"\s*\[(?:KO Intégration système|Erreur d.intégration)[^\]]{0,20}\]\s*\[(\d{3})\]",
    re.IGNORECASE,
)
_REASON = 300
_MOST_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one recipient; `address` is whom the sender wrote to, if that is known."""

    word: Word
    address: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of one mail; `ids` are the names by which it may be called."""

    ids: tuple[str, ...]
    told: tuple[Told, ...]


def report_of(mail: Mail) -> Report | None:
    """Read a report; None for a mail that is none."""
    parts = [part for part in _parts(mail) if part is not None]
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            return _delivery(part, _originals(parts))
        if kind == "message/disposition-notification":
            return _disposition(part, _originals(parts))
    refused = _REFUSED.match(mail.subject)
    ids = (*mail.ids("In-Reply-To", "References"), *_originals(parts))
    if refused is None or not ids:
        return None
    return Report(ids, (Told("refused", None, f"{refused.group(1)}: {mail.text[:_REASON]}"),))


def _parts(mail: Mail) -> Iterator[Part]:
    yield from leaves(mail.headers)


def _originals(parts: list[Part]) -> tuple[str, ...]:
    """Give the ids of the mails, or the headers of mails, that a report returns."""
    found: list[str] = []
    for part in parts:
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inner = message_from_bytes(content(part)[:200_000], policy=compat32)
            found += [row.strip("<>") for row in header(inner, "Message-ID").split()]
    return tuple(found)


def _delivery(part: Part, originals: tuple[str, ...]) -> Report:
    """Read a block of the whole mail, then one for each recipient."""
    held = part.get_payload()
    blocks = [row for row in held if isinstance(row, Message)] if isinstance(held, list) else []
    envelopes = [header(row, "Original-Envelope-Id") for row in blocks[:1]]
    told = []
    for row in blocks[:_MOST_BLOCKS]:
        word = _ACTIONS.get(header(row, "Action").lower())
        if word is not None:
            status = header(row, "Status").split()[:1]
            reason = " ".join([*status, _behind(header(row, "Diagnostic-Code"))]).strip()
            told.append(Told(word, _address(row), reason[:_REASON]))
    return Report((*(row for row in envelopes if row), *originals), tuple(told))


def _disposition(part: Part, originals: tuple[str, ...]) -> Report:
    held = part.get_payload()
    inner = held[0] if isinstance(held, list) and held else None
    fields = (
        inner if isinstance(inner, Message) else message_from_bytes(content(part), policy=compat32)
    )
    text = header(fields, "Disposition")
    _, _, outcome = text.partition(";")
    kind = outcome.strip().lower()
    failed = _ERROR.search(kind) is not None or kind.startswith("failed")
    detail = outcome.partition(":")[2].strip() or _behind(header(fields, "Error"))
    ids = (header(fields, "Original-Message-ID").strip("<> "), *originals)
    # "deleted" unread tells nothing of what became of it.
    word: Word = "refused" if failed else "delivered" if kind.startswith("deleted") else "read"
    told = Told(word, _address(fields), (detail if failed else "")[:_REASON])
    return Report(tuple(row for row in ids if row), (told,))


def _address(fields: Part) -> str | None:
    """Give the recipient as the sender wrote them, else as they were found."""
    for name in ("Original-Recipient", "Final-Recipient"):
        found = addresses(_behind(header(fields, name)))
        if found:
            return found[0]
    return None


def _behind(text: str) -> str:
    """Give what stands behind the type of a typed field (`rfc822; a@b`)."""
    return text.partition(";")[2].strip() or text.strip()
