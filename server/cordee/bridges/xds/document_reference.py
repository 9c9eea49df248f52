"""A document entry of the registry as a DocumentReference, and what links the two.

https://ansforge.github.io/IG-FHIR-PDSM4DMP-EEDS/main/ig/
https://hl7.org/fhir/R4/documentreference.html
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.namespaces import INS_ROOTS, STRUCTURE
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.metadata.hl7_types import parts, root_of
from cordee.bridges.metadata.lot import Association, Author, DocumentEntry
from cordee.bridges.metadata.namespaces import APPROVED, ARCHIVED, DELETED, DEPRECATED, REPLACES
from cordee.bridges.metadata.times import date_time
from cordee.resource.types import Resource

URI = "urn:ietf:rfc:3986"
ASSIGNER = {"display": "DMP"}
ARCHIVES = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived"
STATUSES: Mapping[str, str] = {
    APPROVED: "current",
    ARCHIVED: "current",
    DEPRECATED: "superseded",
    DELETED: "entered-in-error",
}
RELATIONS: Mapping[str, str] = {
    REPLACES: "replaces",
    "urn:ihe:iti:2007:AssociationType:APND": "appends",
    "urn:ihe:iti:2007:AssociationType:XFRM": "transforms",
    "urn:ihe:iti:2007:AssociationType:signs": "signs",
}
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


def unique_id_of(identifier: Mapping[str, Any]) -> str | None:
    """Give the uniqueId that an Identifier writes; None for another kind of identifier."""
    system, value = str(identifier.get("system", "")), str(identifier.get("value", ""))
    if system == URI:
        found = value.removeprefix("urn:oid:")
        return found if _OID.fullmatch(found) else _from_uuid(value)
    root = system.removeprefix("urn:oid:")
    return f"{root}^{value}" if value and _OID.fullmatch(root) else None


def _from_uuid(value: str) -> str | None:
    digits = value.removeprefix("urn:uuid:").replace("-", "")
    return f"2.25.{int(digits, 16)}" if re.fullmatch(r"[0-9a-fA-F]{32}", digits) else None


def identifier_of(unique_id: str) -> dict[str, Any]:
    """Give the Identifier of a uniqueId."""
    root, caret, extension = unique_id.partition("^")
    if caret:
        return {"system": f"urn:oid:{root}", "value": extension}
    return {"system": URI, "value": f"urn:oid:{root}"}


def entry_identifier(entry_uuid: str) -> dict[str, Any]:
    """Give the Identifier of an entry, by which the DMP knows the document."""
    return {"use": "official", "system": URI, "value": entry_uuid, "assigner": ASSIGNER}


def is_entry(identifier: Mapping[str, Any]) -> bool:
    """Tell whether an Identifier is that of an entry of the DMP."""
    return identifier.get("assigner") == ASSIGNER and identifier.get("system") == URI


def document_reference(
    systems: Systems, entry: DocumentEntry, patient: str, ties: Sequence[Association] = ()
) -> Resource:
    """Make a DocumentReference about a patient ("Patient/1"); what is not known is left out.

    `ties` say which documents it replaces, amends or transforms.
    """
    kind = _concept(systems, entry.class_code)
    made: Resource = {
        "resourceType": "DocumentReference",
        "extension": _archived(entry),
        "masterIdentifier": identifier_of(entry.unique_id) if entry.unique_id else None,
        "identifier": [entry_identifier(entry.id)],
        "status": STATUSES.get(entry.status or "", "current"),
        "type": _concept(systems, entry.type_code),
        "category": [kind] if kind else [],
        "subject": {"reference": patient},
        "date": _instant(entry.creation_time),
        "author": [row for author in entry.authors for row in _author(author)],
        "authenticator": _person(entry.legal_authenticator or ""),
        "relatesTo": _related(entry, ties),
        "description": entry.comments or entry.title,
        "securityLabel": [_concept(systems, code) for code in entry.confidentiality],
        "content": [_content(systems, entry)],
        "context": _context(systems, entry),
    }
    return {name: value for name, value in made.items() if value}


def _related(entry: DocumentEntry, ties: Sequence[Association]) -> list[dict[str, Any]]:
    return [
        {"code": code, "target": {"identifier": entry_identifier(tie.target)}}
        for tie in ties
        if tie.source == entry.id and (code := RELATIONS.get(tie.kind)) is not None
    ]


def _archived(entry: DocumentEntry) -> list[dict[str, Any]]:
    return [{"url": ARCHIVES, "valueBoolean": entry.status == ARCHIVED}]


def _content(systems: Systems, entry: DocumentEntry) -> dict[str, Any]:
    attachment = {
        "contentType": entry.mime_type,
        "language": entry.language if _LANGUAGE.fullmatch(entry.language or "") else None,
        "size": int(entry.size) if entry.size and entry.size.isdecimal() else None,
        "hash": _hash(entry.hash or ""),
        "title": entry.title,
        "creation": date_time(entry.creation_time or ""),
    }
    made: dict[str, Any] = {"attachment": {key: row for key, row in attachment.items() if row}}
    code = _coding(systems, entry.format_code)
    return made | ({"format": code} if code else {})


def _context(systems: Systems, entry: DocumentEntry) -> dict[str, Any]:
    bounds = (("start", entry.start), ("end", entry.stop))
    made = {
        "event": [_concept(systems, code) for code in entry.events],
        "period": {key: time for key, told in bounds if (time := date_time(told or ""))},
        "facilityType": _concept(systems, entry.facility),
        "practiceSetting": _concept(systems, entry.setting),
        "sourcePatientInfo": _source(entry.source_patient_id or ""),
    }
    return {name: value for name, value in made.items() if value}


def _source(told: str) -> dict[str, Any] | None:
    fields = parts(told)
    root = root_of(fields[3]) if len(fields) > 3 else ""
    if not fields[0] or not root:
        return None
    return {"type": "Patient", "identifier": {"system": f"urn:oid:{root}", "value": fields[0]}}


def _author(author: Author) -> Iterator[dict[str, Any]]:
    for found in (_person(author.person), _structure(author.institution or "")):
        if found is not None:
            yield found


def _person(told: str) -> dict[str, Any] | None:
    """Read an XCN as a Reference by identifier; a system is a Device, an INS the patient."""
    fields = [*parts(told), *[""] * 13][:13]
    root, name = root_of(fields[8]), " ".join(row for row in (fields[2], fields[1]) if row)
    if not fields[0] and not name:
        return None
    kind = "Patient" if root in INS_ROOTS else "Device" if fields[12] == "RI" else "Practitioner"
    return _reference(kind, root, fields[0], name)


def _structure(told: str) -> dict[str, Any] | None:
    fields = [*parts(told), *[""] * 10][:10]
    if not fields[0] and not fields[9]:
        return None
    return _reference("Organization", root_of(fields[5]) or STRUCTURE, fields[9], fields[0])


def _reference(type: str, root: str, value: str, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": type}
    if value and root:
        made["identifier"] = {"system": f"urn:oid:{root}", "value": value}
    return made | ({"display": name} if name else {})


def _coding(systems: Systems, code: Code | None) -> dict[str, str] | None:
    if code is None or not code.code:
        return None
    system = systems.canonical(code.system) if code.system else None
    told = {"system": system, "code": code.code, "display": code.display}
    return {key: value for key, value in told.items() if value}


def _concept(systems: Systems, code: Code | None) -> dict[str, Any] | None:
    coding = _coding(systems, code)
    return {"coding": [coding]} if coding else None


def _instant(time: str | None) -> str | None:
    told = date_time(time or "")
    return told if told and "T" in told else None


def _hash(digits: str) -> str | None:
    try:
        return base64.b64encode(bytes.fromhex(digits)).decode() or None
    except (ValueError, binascii.Error):
        return None
