"""The dossier as a FHIR document: a Composition that lists it, and everything it lists.

https://hl7.org/fhir/R4/documents.html
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any

from cordee.coordination.dossier import Section
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version

LOINC = "http://loinc.org"
TYPE = {"system": LOINC, "code": "34133-9", "display": "Summary of episode note"}
EMPTY = {
    "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
    "code": "unavailable",
}

Contents = Sequence[tuple[Section, Sequence[Version]]]


def document(
    services: Services,
    request: Request,
    moment: datetime,
    *,
    patient: Version,
    contents: Contents,
    outside: Iterable[Version],
) -> Response:
    """Make the document of one call; it is not stored, and each call makes another."""
    composition = _composition(services, request, moment, contents)
    listed = [patient, *(version for _, found in contents for version in found), *outside]
    entries: list[Resource] = [
        {"fullUrl": f"urn:uuid:{composition['id']}", "resource": composition},
        *(
            {
                "fullUrl": f"{request.base_url}/{version.type}/{version.id}",
                "resource": json.parse(version.body),
            }
            for version in listed
        ),
    ]
    made = {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{services.new_id()}"},
        "type": "document",
        "timestamp": instant(moment),
        "entry": entries,
    }
    return Response(200, resource=made)


def _composition(
    services: Services, request: Request, moment: datetime, contents: Contents
) -> Resource:
    author = request.caller.references[0] if request.caller.references else None
    return {
        "resourceType": "Composition",
        "id": services.new_id(),
        "status": "final",
        "type": {"coding": [TYPE]},
        "subject": {"reference": f"{request.base_url}/Patient/{request.id}"},
        "date": instant(moment),
        "author": [
            {"reference": f"{request.base_url}/{author}"} if author else {"display": "Cordée"}
        ],
        "title": "Dossier de coordination",
        "section": [_section(request, *part) for part in contents],
    }


def _section(request: Request, section: Section, found: Sequence[Version]) -> dict[str, Any]:
    told = f"{section.title} : {len(found)}"
    heading = {
        "title": section.title,
        "code": {"coding": [{"system": LOINC, "code": section.code}]},
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(told)}</div>',
        },
    }
    if not found:
        return heading | {"emptyReason": {"coding": [EMPTY]}}
    named = [{"reference": f"{request.base_url}/{each.type}/{each.id}"} for each in found]
    return heading | {"entry": named}
