"""What a service answers: the message in the envelope, or a fault as an error.

https://www.w3.org/TR/soap12-part1/#soapfault
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from cordee.bridges.metadata.namespaces import SOAP, XOP, Element, name
from cordee.bridges.xds.soap.multipart import Package, is_package, unpack
from cordee.errors import Category, FhirError
from cordee.resource import xml_document

LONGEST_ENVELOPE = 20_000_000
_N = {"s": SOAP}
FAULTS: Mapping[str, Category] = {
    "Receiver": Category.UNAVAILABLE,
    "Sender": Category.UNPROCESSABLE,
    "VersionMismatch": Category.UNSUPPORTED,
    "MustUnderstand": Category.UNSUPPORTED,
    "DataEncodingUnknown": Category.UNSUPPORTED,
}
"""Code of a fault → what it means to us; only the receiver's own troubles pass by themselves."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The message, and the parts that came beside it."""

    message: Element
    parts: Mapping[str, bytes]

    def content(self, held: Element) -> bytes:
        """Give the bytes that an element holds: those of the part it includes, or its base64.

        Raises UNAVAILABLE when the part is missing or the text is no base64.
        """
        included = held.find(name(XOP, "Include"))
        if included is None:
            try:
                return base64.b64decode("".join((held.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                raise _strange("a document in it is not base64") from None
        key = unquote((included.get("href") or "").removeprefix("cid:"))
        if key not in self.parts:
            raise _strange("a document it names is not in it")
        return self.parts[key]


def read(media_type: str, data: bytes) -> Answer:
    """Read an answer.

    Raises what a fault means, UNAVAILABLE for what is no SOAP message.
    """
    package = unpack(media_type, data) if is_package(media_type) else Package(data, {})
    if len(package.root) > LONGEST_ENVELOPE:
        raise _strange("it is too long")
    try:
        root = xml_document.read(package.root)
    except FhirError as error:
        raise _strange(str(error)) from None
    body = root.find("s:Body", _N)
    if root.tag != name(SOAP, "Envelope") or body is None:
        raise _strange("it is no SOAP 1.2 message")
    message = next((row for row in body if isinstance(row.tag, str)), None)
    if message is None:
        raise _strange("its body is empty")
    if message.tag == name(SOAP, "Fault"):
        raise _fault(message)
    return Answer(message, package.parts)


def _fault(held: Element) -> FhirError:
    codes = [(row.text or "").strip().rpartition(":")[2] for row in held.iterfind(".//s:Value", _N)]
    told = " ".join(
        " ".join(str(text) for text in row.itertext()) for row in held.iterfind("s:Reason", _N)
    )
    category = FAULTS.get(codes[0] if codes else "", Category.UNPROCESSABLE)
    said = " ".join(told.split())[:500] or "without a reason"
    kind = "/".join(code for code in codes if code)[:100]
    return FhirError(category, f"The national record refuses the call ({kind}): {said}")


def _strange(why: str) -> FhirError:
    return FhirError(
        Category.UNAVAILABLE, f"The answer of the national record cannot be read: {why}"
    )
