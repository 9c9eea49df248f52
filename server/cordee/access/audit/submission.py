"""Traces that clients submit (TdE, TransmissionTrace): kept beside the server's own, and marked.

Their creation is a line of the chain, which holds their digest.

https://interop.esante.gouv.fr/ig/fhir/tde/
"""

from typing import Any

from cordee.resource.types import Resource

SUBMITTED = {
    "system": "https://cordee.example/fhir/CodeSystem/audit-origin",
    "code": "submitted",
    "display": "Submitted by a client",
}
SUBMITTED_TOKEN = f"{SUBMITTED['system']}|{SUBMITTED['code']}"


def marked(resource: Resource) -> Resource:
    """Give a client's AuditEvent with the tag that says so, whatever tags it came with."""
    meta: dict[str, Any] = resource.get("meta", {})
    kept = [
        tag
        for tag in meta.get("tag", ())
        if (tag.get("system"), tag.get("code")) != (SUBMITTED["system"], SUBMITTED["code"])
    ]
    return {**resource, "meta": {**meta, "tag": [*kept, SUBMITTED]}}
