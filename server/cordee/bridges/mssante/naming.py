"""How mails, their files and the mails themselves are called.

Référentiel socle MSSanté #2, ECO.2.1.3 and ECO.2.1.6; RFC 5322, section 3.6.4.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import tag
from cordee.bridges.cda.reading.node import text_of
from cordee.bridges.cda.writing.patient import official_name
from cordee.resource.folding import fold
from cordee.resource.types import Resource

PREFIX = "XDM/1.0/DDM+"
LONGEST_LABEL = 40
_ODD = re.compile(r"[^A-Za-z0-9-]+")
_ID = re.compile(r"([A-Za-z0-9.-]{1,64})\.([0-9a-f]{32})@([A-Za-z0-9.-]+)")


def label(document: Document) -> str:
    """Give what a document is, in a few words."""
    title, code = document.root.find(tag("title")), document.root.find(tag("code"))
    told = text_of(title) if title is not None else ""
    known = code.get("displayName", "") if code is not None else ""
    return (told or known or "Document")[:LONGEST_LABEL].strip()


def code_of(document: Document) -> str:
    """Give the code of a document's type."""
    found = document.root.find(tag("code"))
    return found.get("code", "") if found is not None else ""


def subject(documents: Sequence[Document], patient: Resource) -> str:
    """Write the subject of a mail that carries documents: what, of whom, born when."""
    what = label(documents[0]) if len(documents) == 1 else f"{len(documents)} documents"
    family, given = _names(patient)
    born = "/".join(reversed(str(patient.get("birthDate", ""))[:10].split("-")))
    return f"{PREFIX}{' '.join(part for part in (what, family, given, born) if part)}"


def without_prefix(subject: str) -> str:
    """Give a subject as people are to see it."""
    return subject.removeprefix(PREFIX).strip()


def pdf_name(document: Document, patient: Resource, number: int | None = None) -> str:
    """Name the copy of a document; several of a mail are numbered."""
    made = document.root.find(tag("effectiveTime"))
    day = made.get("value", "")[:8] if made is not None else ""
    family, given = _names(patient)
    parts = [day, label(document), family, given, str(number) if number else ""]
    plain = (_ODD.sub("_", fold_case(part)).strip("_") for part in parts)
    return "_".join(part for part in plain if part) + ".pdf"


def fold_case(text: str) -> str:
    """Take accents off, the case of letters kept."""
    return "".join(
        folded.upper() if letter.isupper() else folded
        for letter in text
        for folded in (fold(letter) if not letter.isspace() else " ",)
    )


def _names(patient: Resource) -> tuple[str, str]:
    name: Mapping[str, Any] = official_name(patient)
    given = next(iter(name.get("given") or ()), "")
    return str(name.get("family", "")).upper(), str(given)


def message_id(communication: str, key: str, mailbox: str) -> str:
    """Name a mail, the same each time: the message it is of, and the exchange by its key."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{communication}.{digest}@{mailbox.rpartition('@')[2]}"


def communication_of(message_id: str) -> str | None:
    """Give the id of the Communication that a mail of ours is named after; None for others."""
    found = _ID.fullmatch(message_id)
    return found.group(1) if found else None
