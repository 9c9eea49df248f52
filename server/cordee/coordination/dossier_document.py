"""The dossier as a FHIR document: a Composition that lists it, and everything it lists.

https://hl7.org/fhir/R4/documents.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from cordee.coordination.dossier import Section
from cordee.interactions.document_bundle import document_bundle
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource

LOINC = "http://loinc.org"
TYPE = {"system": LOINC, "code": "34133-9", "display": "Summary of episode note"}
EMPTY = {
    "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
    "code": "unavailable",
}

Contents = Sequence[tuple[Section, Sequence[Resource]]]


@dataclass(frozen=True, slots=True)
class Cover:
    """What a document says of itself: when and by whom ("PractitionerRole/1") it was made.

    `base` is the server's address, which the parts are named under.
    """

    base: str
    moment: datetime
    author: str | None = None
    title: str = "Dossier de coordination"


def document(
    services: Services,
    cover: Cover,
    patient: Resource,
    contents: Contents,
    outside: Iterable[Resource],
) -> Resource:
    """Make the document; each call makes another."""
    composition = _composition(services, cover, patient, contents)
    listed = [patient, *(each for _, found in contents for each in found), *outside]
    entries: list[Resource] = [
        {"fullUrl": f"urn:uuid:{composition['id']}", "resource": composition},
        *({"fullUrl": _url(cover, each), "resource": each} for each in listed),
    ]
    return document_bundle(services, cover.moment, entries)


def _url(cover: Cover, resource: Resource) -> str:
    return f"{cover.base}/{resource['resourceType']}/{resource['id']}"


def _composition(
    services: Services, cover: Cover, patient: Resource, contents: Contents
) -> Resource:
    author = {"reference": f"{cover.base}/{cover.author}"} if cover.author else None
    return {
        "resourceType": "Composition",
        "id": services.new_id(),
        "status": "final",
        "type": {"coding": [TYPE]},
        "subject": {"reference": _url(cover, patient)},
        "date": instant(cover.moment),
        "author": [author or {"display": "Cordée"}],
        "title": cover.title,
        "section": [_section(cover, *part) for part in contents],
    }


def _section(cover: Cover, section: Section, found: Sequence[Resource]) -> dict[str, Any]:
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
    return heading | {"entry": [{"reference": _url(cover, each)} for each in found]}
