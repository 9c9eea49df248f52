"""The body of a level 1 document, and the PDF copy: what is inside must be what it says.

https://profiles.ihe.net/ITI/TF/Volume3/ch-5.2.html
"""

import base64
import binascii
from collections.abc import Iterator

from lxml import etree

from cordee.bridges.cda.checks.fault import Fault, find, find_all
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import LEVEL_1, tag
from cordee.errors import Severity

SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\0", b"MM\0*"),
    "text/rtf": (b"{\\rtf",),
    "text/plain": (b"",),
}
"""Media types a body may have → what such content begins with."""


def check_level(document: Document) -> Iterator[Fault]:
    """Tell where the templates and the kind of body contradict each other."""
    claims = LEVEL_1 in dict(document.templates)
    plain = find(document.root, "component/nonXMLBody")
    if plain is not None and not claims:
        text = f"A document whose body is not XML has the templateId {LEVEL_1}"
        yield Fault("level-template", plain, text)
    if plain is None and claims:
        text = f"The templateId {LEVEL_1} is for documents whose body is not XML"
        yield Fault("level-template", document.root, text)


def check_content(document: Document) -> Iterator[Fault]:
    """Tell of a body that is not base64, or not of the type it says."""
    for body in find_all(document.root, "component/nonXMLBody"):
        text = find(body, "text")
        if text is None or text.find(tag("reference")) is not None:
            continue
        yield from _content(text)


def check_copies(document: Document) -> Iterator[Fault]:
    """Tell of attachments of a structured document that are not what they say."""
    body = find(document.root, "component/structuredBody")
    for media in body.iter(tag("observationMedia")) if body is not None else ():
        value = find(media, "value")
        if value is not None and value.get("representation") == "B64" and value.text:
            for fault in _content(value):
                yield Fault(fault.key, fault.element, fault.text, Severity.WARNING)


def _content(element: etree._Element) -> Iterator[Fault]:
    type = element.get("mediaType")
    if type not in SIGNATURES:
        wanted = ", ".join(SIGNATURES)
        yield Fault("body-type", element, f"mediaType is one of {wanted}, not {type}")
    if element.get("representation") != "B64":
        yield Fault("body-representation", element, "The content is base64: representation is B64")
        return
    try:
        data = base64.b64decode("".join((element.text or "").split()), validate=True)
    except binascii.Error:
        yield Fault("body-base64", element, "The content is not base64")
        return
    if type in SIGNATURES and not data.startswith(SIGNATURES[type]):
        yield Fault("body-content", element, f"The content is not {type}: it begins otherwise")
