"""A mail of a stranger, read within limits that hold before it is parsed.

What makes parsing slow or deep (thousands of parts, nesting, headers of megabytes) is counted in
the bytes first; wrong charsets and encodings only cost the characters they hit.

https://www.rfc-editor.org/rfc/rfc5322
https://www.rfc-editor.org/rfc/rfc2045
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import errors, message_from_bytes
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from lxml import etree, html

from cordee.errors import Category, FhirError

MOST_BYTES = 40_000_000
MOST_PARTS = 500
MOST_NESTED = 30
"""Parts that hold others: a bound of the depth as well."""
_MOST_HEADERS = 262_144
_MOST_HEADER = 16_384
"""Characters of a header that are looked at; a longer description of a part refuses the mail."""
_MOST_TEXT = 200_000
_MOST_NAMED = 200
_BOUNDARY = re.compile(rb"[\r\n]--")
_NESTING = re.compile(rb"[\r\n]content-type:\s*(?:multipart|message)/", re.IGNORECASE)
_DESCRIBED = re.compile(
    rb"[\r\n]content-(?:type|disposition|transfer-encoding):(?:[^\r\n]|\r?\n[ \t]|\r[ \t])*",
    re.IGNORECASE,
)
_END_OF_HEADERS = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,190}")
_STRING = etree.XPath("string()")
_ID = re.compile(r"<[^<>\s]{1,400}>")

Part: TypeAlias = "Message[str, str]"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail received; `digest` is that of its body, which servers on the way do not change."""

    headers: Part
    digest: str
    text: str
    attachments: tuple[Attachment, ...]

    def header(self, name: str) -> str:
        """Give a header as text; empty when it is absent."""
        return header(self.headers, name)

    @property
    def subject(self) -> str:
        """The subject as written."""
        return self.header("Subject")

    @property
    def id(self) -> str | None:
        """The Message-ID without its brackets."""
        return next(iter(self.ids("Message-ID")), None)

    @property
    def sender(self) -> str | None:
        """The address of the author."""
        return next(iter(self.addresses("From")), None)

    @property
    def sent(self) -> datetime | None:
        """When it says that it was sent."""
        try:
            moment = parsedate_to_datetime(self.header("Date")[:200])
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def addresses(self, name: str) -> list[str]:
        """Give the addresses of a header, in lower case."""
        return addresses(self.header(name))

    def ids(self, *names: str) -> list[str]:
        """Give the message ids that headers name, without brackets."""
        return [row[1:-1] for name in names for row in _ID.findall(self.header(name))]


def read(data: bytes) -> Mail:
    """Read a mail. Raises `FhirError`: TOO_LARGE, UNPROCESSABLE for what no honest mail is."""
    body = _check(data)
    try:
        top = message_from_bytes(data, policy=compat32)
        parts = list(leaves(top))
    except (RecursionError, errors.MessageError, ValueError, LookupError, AttributeError) as error:
        text = f"The mail cannot be parsed: {type(error).__name__}"
        raise FhirError(Category.UNPROCESSABLE, text) from None
    files = tuple(_attachment(part) for part in parts if _is_file(part))
    digest = hashlib.sha256(body).hexdigest()
    return Mail(top, digest, _text([part for part in parts if not _is_file(part)]), files)


def _check(data: bytes) -> bytes:
    """Give the body; raises for a mail that would take long to parse."""
    if len(data) > MOST_BYTES:
        raise FhirError(Category.TOO_LARGE, f"A mail has at most {MOST_BYTES} bytes")
    end = _END_OF_HEADERS.search(data, 0, _MOST_HEADERS)
    if end is None and len(data) > _MOST_HEADERS:
        raise FhirError(Category.UNPROCESSABLE, "The headers of the mail are too long")
    framed = b"\n" + data
    for pattern, most, what in (
        (_BOUNDARY, MOST_PARTS * 2, "parts"),
        (_NESTING, MOST_NESTED, "parts inside parts"),
    ):
        if sum(1 for _ in zip(pattern.finditer(framed), range(most + 1), strict=False)) > most:
            raise FhirError(Category.UNPROCESSABLE, f"The mail has too many {what}")
    if any(len(row.group()) > _MOST_HEADER for row in _DESCRIBED.finditer(framed)):
        raise FhirError(Category.UNPROCESSABLE, "A part of the mail has a description too long")
    return data[end.end() :] if end else b""


def leaves(top: Part) -> Iterator[Part]:
    """Give the parts that hold no others, in order; mails inside a mail are files of it."""
    open = [top]
    while open:
        part = open.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            held = part.get_payload()
            open.extend(reversed([row for row in held if isinstance(row, Message)]))
        else:
            yield part


def header(part: Part, name: str) -> str:
    """Give a header of a part as text, encoded words decoded; empty when it is absent."""
    found = next((row for key, row in part.raw_items() if key.lower() == name.lower()), "")
    raw = " ".join(_unescaped(found[:_MOST_HEADER]).split())
    try:
        rows = decode_header(raw)
    except (errors.HeaderParseError, ValueError):
        return clean(raw)
    told = (row if isinstance(row, str) else decoded(row, kind) for row, kind in rows)
    return clean("".join(told))


def _unescaped(text: str) -> str:
    """Read the bytes beyond ASCII that a header should not have, and often has."""
    return text if text.isascii() else decoded(text.encode("ascii", "surrogateescape"), None)


def decoded(data: bytes, charset: str | None) -> str:
    """Decode bytes; a wrong or unknown charset costs the characters that it gets wrong."""
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        try:
            return data.decode("utf-8")
        except UnicodeError:
            return data.decode("windows-1252", "replace")


def clean(text: str) -> str:
    """Take out what no FHIR string may hold."""
    return _UNPRINTABLE.sub("", text)


def addresses(text: str) -> list[str]:
    """Give the addresses of a header's text that are such, in lower case."""
    # Not by `email.utils`, which comments inside comments exhaust. What is quoted may deceive.
    outside = "".join(text[:_MOST_HEADER].split('"')[::2])
    words = re.split(r"[\s,;:<>()]+", outside)
    return [row.lower() for row in words if _ADDRESS.fullmatch(row)][:_MOST_NAMED]


def content(part: Part) -> bytes:
    """Give what a part holds, its transfer encoding undone; of a mail in it, its own text."""
    try:
        held = part.get_payload(decode=True)
    except (ValueError, LookupError):  # a charset that is none
        part.del_param("charset")
        held = part.get_payload(decode=True)
    if isinstance(held, bytes):
        return held
    inner = part.get_payload()
    rows = inner if isinstance(inner, list) else []
    return b"".join(row.as_bytes() for row in rows if isinstance(row, Message))


def _is_file(part: Part) -> bool:
    if part.get_content_maintype() != "text":
        return True
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _attachment(part: Part) -> Attachment:
    name = header(part, "Content-Description")
    with_name = part.get_filename()
    if with_name:
        words = decode_header(with_name[:_MOST_HEADER])
        name = "".join(row if isinstance(row, str) else decoded(row, kind) for row, kind in words)
    return Attachment(clean(name).strip()[:200], part.get_content_type(), content(part))


def _text(parts: list[Part]) -> str:
    """Give what is to be read: plain text, or HTML without its marks where there is no other."""
    for kind in ("text/plain", "text/html"):
        rows = [_words(part) for part in parts if part.get_content_type() == kind]
        told = "\n\n".join(row for row in rows if row)
        if told:
            return told[:_MOST_TEXT]
    return ""


def _words(part: Part) -> str:
    text = decoded(content(part)[: 4 * _MOST_TEXT], str(part.get_content_charset() or "utf-8"))
    if part.get_content_type() == "text/html":
        text = _plain(text)
    return clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _plain(text: str) -> str:
    """Give the text of HTML; what does not parse is given as it is."""
    try:
        tree = html.fromstring(clean(text))
    except (etree.ParserError, ValueError, AssertionError):
        return text
    for hidden in tree.iter("script", "style", "head"):
        hidden.text = None
    return str(_STRING(tree)) or text
