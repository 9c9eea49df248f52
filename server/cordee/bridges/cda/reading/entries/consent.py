"""Advance directives (FR-Directive-anticipee) as Consents.

https://hl7.org/fhir/R4/consent.html
"""

from typing import Any

from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.identifiers import identifiers, key_of
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import bounds

_POLICY = "Directives anticipées (article L1111-11 du code de la santé publique)"


def directive(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Read an advance directive: what the patient wants, or does not want, done."""
    value = node.one("value")
    said = {"true": True, "false": False}.get(value.get("value") if value is not None else "")
    if said is None:
        reading.note(node, "It is not known whether there are directives: no Consent is made")
        node.whole()
        return []
    parts.status(node)
    at, _ = bounds(node.one("effectiveTime"))
    code = reading.words.named(node)
    text = reading.words.text(node.one("text"))
    wanted = {"type": "permit" if said else "deny", "code": [code]}
    notes = [row["text"] for row in parts.comments(reading, node)]
    made: dict[str, Any] = {
        "resourceType": "Consent",
        "identifier": identifiers(node),
        "status": "active",
        "scope": parts.coding("consentscope", "adr"),
        "category": [{**code, **({"text": text} if text else {})}],
        "patient": reading.patient,
        "dateTime": at,
        "performer": parts.performers(reading, node),
        "policyRule": {"text": "; ".join([_POLICY, *notes])},
        "provision": wanted,
    }
    return [reading.add(node, made, key_of(node))]
