"""A FHIR document: a Bundle that begins with its Composition.

https://hl7.org/fhir/R4/documents.html
"""

from collections.abc import Sequence
from datetime import datetime

from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource


def document_bundle(services: Services, moment: datetime, entries: Sequence[Resource]) -> Resource:
    """Give a document made at a moment, under an identifier of its own."""
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{services.new_id()}"},
        "type": "document",
        "timestamp": instant(moment),
        "entry": list(entries),
    }
