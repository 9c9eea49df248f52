"""Instance identifiers (II) as FHIR Identifiers.

https://hl7.org/fhir/R4/datatypes.html#Identifier
https://hl7.org/fhir/R4/identifier-registry.html
"""

import re
from typing import Any

from cordee.bridges.cda.reading.node import Node

URI = "urn:ietf:rfc:3986"
"""The system of identifiers that are URIs themselves."""
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def uri(root: str) -> str | None:
    """Give an OID or UUID as a URN; None for what is neither."""
    if _OID.fullmatch(root):
        return f"urn:oid:{root}"
    return f"urn:uuid:{root.lower()}" if _UUID.fullmatch(root) else None


def identifier(node: Node | None) -> dict[str, Any] | None:
    """Give an identifier, None when it has no value; one of neither kind keeps its text."""
    if node is None or not (node.get("root") or node.get("extension")):
        return None
    root, extension = node.get("root"), node.get("extension")
    node.whole()
    named = uri(root)
    if not extension:
        return {"system": URI, "value": named} if named else {"value": root}
    return {"system": named, "value": extension} if named else {"value": f"{root}^{extension}"}


def identifiers(node: Node) -> list[dict[str, Any]]:
    """Give all identifiers of an element, each once."""
    found = [made for row in node.all("id") if (made := identifier(row))]
    return [row for n, row in enumerate(found) if row not in found[:n]]


def key_of(node: Node) -> str:
    """Give the first identifier of an element as text, empty when it has none."""
    for row in node.all("id"):
        if row.get("root") or row.get("extension"):
            return f"{row.get('root')}^{row.get('extension')}"
    return ""
