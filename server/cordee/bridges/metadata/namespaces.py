"""The namespaces and fixed identifiers of XDS.b.

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.2.html
"""

from typing import Any

from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml gives its elements no other name

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
QUERY = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
XDSB = "urn:ihe:iti:xds-b:2007"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
XOP = "http://www.w3.org/2004/08/xop/include"
DSIG = "http://www.w3.org/2000/09/xmldsig#"

DOCUMENT = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
"""What an ExtrinsicObject is: a document that does not change."""
SUBMISSION_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
"""What a RegistryPackage is classified as."""

APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
DEPRECATED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"
ARCHIVED = "urn:asip:ci-sis:2010:StatusType:Archived"
DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"

HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
REPLACES = "urn:ihe:iti:2007:AssociationType:RPLC"
SIGNS = "urn:ihe:iti:2007:AssociationType:signs"
UPDATES_STATUS = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"

_PREFIXES: Any = {
    RIM: "rim",
    LCM: "lcm",
    RS: "rs",
    QUERY: "query",
    XDSB: "xdsb",
    SOAP: "soap",
    ADDRESSING: "wsa",
    SECURITY: "wsse",
    XOP: "xop",
}


def name(namespace: str, local: str) -> str:
    """Give the name of an element as lxml has it."""
    return f"{{{namespace}}}{local}"


def element(
    namespace: str, local: str, /, *children: Element | str, **attributes: str | None
) -> Element:
    """Make an element; attributes that are None are left out."""
    made = etree.Element(name(namespace, local), nsmap={_PREFIXES[namespace]: namespace})
    for key, value in attributes.items():
        if value is not None:
            made.set(key, value)
    for child in children:
        if isinstance(child, str):
            made.text = child
        else:
            made.append(child)
    return made
