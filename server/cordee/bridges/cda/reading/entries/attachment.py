"""Attached documents (FR-Document-attache) as DocumentReferences with the file beside them.

https://hl7.org/fhir/R4/documentreference.html
"""

import base64
import binascii
import hashlib
import re
from typing import Any

from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.errors import Severity
from cordee.resource.content_type import HEAD, mismatch, sniffed
from cordee.resource.types import Resource

LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


def attached(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read the files of an organizer, each with what is said of its type."""
    kind, title = None, ""
    for link in node.peek("component"):
        for seen in link.peek("observation"):
            link.ask()
            seen.ask()
            kind = reading.words.concept(seen.one("value"))
            title = reading.words.text(seen.one("text"))
            seen.whole()
    for name in ("id", "code", "statusCode", "effectiveTime"):
        for row in node.all(name):
            row.whole()
    media = [row for link in node.all("component") for row in link.all("observationMedia")]
    return [made for row in media for made in _media(reading, row, kind, title)]


def media(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read a file that stands alone, such as the picture of a code."""
    return _media(reading, node, None, "")


def _media(
    reading: Reading, node: Node, kind: dict[str, Any] | None, title: str
) -> list[dict[str, str]]:
    held = node.one("value")
    file = content(reading, held) if held is not None else None
    if file is None:
        return []
    language = node.one("languageCode")
    if language is not None and LANGUAGE.fullmatch(language.get("code")):
        file["language"] = language.get("code")
    if title:
        file["title"] = title
    made: Resource = {
        "resourceType": "DocumentReference",
        "identifier": identifiers(node),
        "status": "current",
        "type": kind,
        "subject": reading.patient,
        "description": title or None,
        "content": [{"attachment": file}],
    }
    return [reading.add(node, made, "attachment", key_of(node))]


def content(reading: Reading, node: Node) -> dict[str, Any] | None:
    """Give encapsulated data as an Attachment, the bytes in a Binary; None without any."""
    kind = node.get("mediaType") or "application/octet-stream"
    if node.get("representation") != "B64":
        pointer = node.one("reference")
        if pointer is not None and pointer.get("value"):
            return {"contentType": kind, "url": pointer.get("value")}
        text = node.words()
        if not text:
            return None
        data = text.encode()
        kind = node.get("mediaType") or "text/plain; charset=utf-8"
    else:
        found = _decoded(reading, node)
        if found is None:
            return None
        data = found
        kind = _kind(reading, node, data, kind)
    node.whole()
    return stored(reading, node, data, kind)


def _kind(reading: Reading, node: Node, data: bytes, said: str) -> str:
    """Give what the bytes are, where the document says something else of them."""
    plain = said.partition(";")[0].strip().lower()
    if mismatch(data[:HEAD], plain) is None:
        return said
    found = sniffed(data[:HEAD]) or "application/octet-stream"
    text = f"What is embedded here says it is {plain}: it is kept as {found}, which it begins like"
    reading.note(node, text, Severity.WARNING)
    return found


def _decoded(reading: Reading, node: Node) -> bytes | None:
    text = "".join((node.element.text or "").split())
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        reading.note(node, "What is embedded here is not base64 and is not read", Severity.WARNING)
        node.whole()
        return None
    return data


def stored(reading: Reading, node: Node, data: bytes, kind: str) -> dict[str, Any]:
    """Keep bytes as a Binary of the patient; give the Attachment that points to it."""
    digest = hashlib.sha1(data, usedforsecurity=False)
    binary: Resource = {
        "resourceType": "Binary",
        "contentType": kind,
        "securityContext": reading.patient,
        "data": base64.b64encode(data).decode(),
    }
    # What a file holds is its identity: the next version of a document may hold the same file.
    made = reading.share(node, binary, reading.scope, digest.hexdigest())
    return {
        "contentType": kind,
        "url": made["reference"],
        "size": len(data),
        "hash": base64.b64encode(digest.digest()).decode(),
    }
