"""HTTP and MIME as the simulator reads and writes them, by the standard library's own parser."""

import asyncio
import base64
import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage

from lxml import etree

SOAP = "http://www.w3.org/2003/05/soap-envelope"
XOP = "http://www.w3.org/2004/08/xop/include"


@dataclass
class Received:
    """One call: the media type, the envelope, and the parts beside it by Content-ID."""

    path: str
    media_type: EmailMessage
    envelope: etree._Element
    parts: dict[str, bytes] = field(default_factory=dict)
    raw: bytes = b""

    @property
    def action(self) -> str:
        """The action that the media type names."""
        return str(self.media_type.get_param("action", ""))


class RefusedError(Exception):
    """A call that is no message of this service: a fault of the sender."""


async def receive(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    """Read one HTTP request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value
        for name, _, value in (line.partition(": ") for line in head[1:] if line)
    }
    return head[0], headers, await reader.readexactly(int(headers["content-length"]))


def parsed(start: str, headers: dict[str, str], body: bytes) -> Received:
    """Read a request as SOAP 1.2, alone or in an MTOM package. Raises `RefusedError`."""
    path = start.split(" ")[1]
    kind = EmailMessage()
    kind["Content-Type"] = headers.get("content-type", "")
    if kind.get_content_type() == "application/soap+xml":
        return Received(path, kind, etree.fromstring(body), raw=body)
    if kind.get_content_type() != "multipart/related":
        raise RefusedError(f"unsupported media type {kind.get_content_type()}")
    told = {name: str(kind.get_param(name, "")) for name in ("type", "start", "start-info")}
    if told["type"] != "application/xop+xml" or told["start-info"] != "application/soap+xml":
        raise RefusedError("not an MTOM package of SOAP 1.2")
    message = email.message_from_bytes(
        b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n" + body,
        policy=email.policy.HTTP,
    )
    found: dict[str, bytes] = {}
    root: bytes | None = None
    for part in message.iter_parts():
        assert isinstance(part, EmailMessage)
        content_id = str(part["Content-ID"])
        data = _bytes(part)
        if content_id == told["start"]:
            if part.get_content_type() != "application/xop+xml":
                raise RefusedError("the root part is not application/xop+xml")
            if part.get_param("type") != "application/soap+xml":
                raise RefusedError("the root part does not say what it packs")
            root = data
        else:
            found[content_id.strip("<>")] = data
    if root is None:
        raise RefusedError("the start part is missing")
    return Received(path, kind, etree.fromstring(root), found, raw=body)


def _bytes(part: EmailMessage) -> bytes:
    if str(part["Content-Transfer-Encoding"]).lower() != "binary":
        raise RefusedError("a part is not binary")
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def response(status: int, kind: str, body: bytes) -> bytes:
    """Write one HTTP response."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def enveloped(action: str, message: str) -> bytes:
    """Put a message into an envelope."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<e:Envelope xmlns:e="{SOAP}" xmlns:a="http://www.w3.org/2005/08/addressing">'
        f"<e:Header><a:Action>{action}Response</a:Action></e:Header>"
        f"<e:Body>{message}</e:Body></e:Envelope>"
    ).encode()


def fault(code: str, reason: str) -> bytes:
    """Make a fault."""
    return enveloped(
        "fault",
        f'<e:Fault xmlns:e="{SOAP}"><e:Code><e:Value>e:{code}</e:Value></e:Code>'
        f'<e:Reason><e:Text xml:lang="en">{reason}</e:Text></e:Reason></e:Fault>',
    )


def packed(envelope: bytes, documents: dict[str, bytes]) -> tuple[str, bytes]:
    """Make an MTOM package; one document in it goes as base64, as some servers do."""
    boundary = "----=_Part_7"
    lines = [
        f"--{boundary}\r\nContent-Type: application/xop+xml; charset=utf-8; "
        'type="application/soap+xml"\r\nContent-Transfer-Encoding: 8bit\r\n'
        "Content-ID: <root.message@sim>\r\n\r\n".encode()
        + envelope
    ]
    for number, (content_id, data) in enumerate(documents.items()):
        coded = number % 2 == 1
        encoding = "base64" if coded else "binary"
        lines.append(
            f"--{boundary}\r\nContent-Type: text/xml\r\nContent-Transfer-Encoding: {encoding}\r\n"
            f"Content-ID: <{content_id}>\r\n\r\n".encode()
            + (base64.encodebytes(data).replace(b"\n", b"\r\n") if coded else data)
        )
    kind = (
        f'multipart/related; boundary="{boundary}"; type="application/xop+xml"; '
        'start="<root.message@sim>"; start-info="application/soap+xml"'
    )
    return kind, b"\r\n".join([*lines, f"--{boundary}--".encode()])
