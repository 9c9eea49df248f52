"""The SOAP 1.2 envelope of a call: addressing, the caller's assertion, the message.

https://www.w3.org/TR/soap12-part1/
https://www.w3.org/TR/ws-addr-soap/
"""

from dataclasses import dataclass
from uuid import UUID

from lxml import etree

from cordee.bridges.metadata.namespaces import ADDRESSING, SECURITY, SOAP, Element, element, name

_MUST = name(SOAP, "mustUnderstand")


@dataclass(frozen=True, slots=True)
class Call:
    """Where a message goes, what it asks, and its id, which is never used twice."""

    to: str
    action: str
    message: UUID

    @property
    def media_type(self) -> str:
        """The media type of the envelope alone; SOAP 1.2 names the action in it."""
        return f'application/soap+xml; charset=utf-8; action="{self.action}"'


def envelope(call: Call, assertion: Element, body: Element) -> bytes:
    """Write an envelope; the assertion's signature stays valid, for nothing in it is changed."""
    action = element(ADDRESSING, "Action", call.action)
    action.set(_MUST, "true")
    header = element(
        SOAP,
        "Header",
        element(ADDRESSING, "MessageID", f"urn:uuid:{call.message}"),
        element(ADDRESSING, "To", call.to),
        action,
        element(SECURITY, "Security", assertion),
    )
    root = element(SOAP, "Envelope", header, element(SOAP, "Body", body))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
