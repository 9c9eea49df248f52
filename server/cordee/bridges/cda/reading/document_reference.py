"""The document itself: a DocumentReference made of its header, and the bytes as Binaries.

https://hl7.org/fhir/R4/documentreference.html
https://profiles.ihe.net/ITI/MHD/
"""

from typing import Any

from cordee.bridges.cda.models import model_of
from cordee.bridges.cda.namespaces import LEVEL_1
from cordee.bridges.cda.reading.entries.attachment import LANGUAGE, content, stored
from cordee.bridges.cda.reading.identifiers import identifier
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.people import organization, who
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import bounds
from cordee.resource.types import Resource

MEDIA_TYPE = "text/xml"
SELF_PRESENTING = "application/xslt+xml"
VERSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-DocumentReference.version"
_FORMATS = "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"
_FRENCH_FORMATS = (
    "https://mos.esante.gouv.fr/NOS/TRE_A06-FormatCodeComplementaire"
    "/FHIR/TRE-A06-FormatCodeComplementaire"
)
_PDF = "urn:ihe:iti:xds-sd:pdf:2008"
_TEXT = "urn:ihe:iti:xds-sd:text:2008"
_STATUSES = {"completed": "final", "active": "preliminary", "aborted": "amended"}


def document_reference(
    reading: Reading, stay: dict[str, Any] | None, facility: dict[str, Any] | None
) -> None:
    """Keep the DocumentReference, the document byte for byte, and the PDF that it may carry."""
    root = reading.root
    title, legal = root.one("title"), root.one("legalAuthenticator")
    label = reading.words.concept(root.one("confidentialityCode"))
    set, version = root.one("setId"), root.one("versionNumber")
    number = version.whole().get("value") if version is not None else ""
    events = _Events(reading)
    made: Resource = {
        "resourceType": "DocumentReference",
        "extension": [{"url": VERSION, "valueString": number}] if number else [],
        "masterIdentifier": identifier(root.one("id")),
        "identifier": [row for row in [identifier(set)] if row],
        "status": "current",
        "docStatus": events.status or "final",
        "type": reading.words.concept(root.one("code")),
        "subject": reading.patient,
        "date": reading.made_on if "T" in reading.made_on else None,
        "author": reading.authors,
        "authenticator": _signer(reading, legal),
        "custodian": _keeper(reading),
        "description": title.words() if title is not None else None,
        "securityLabel": [label] if label else [],
        "content": _contents(reading),
        "context": _context(reading, events, stay, facility),
    }
    reading.main = reading.add(root, made, _key(root))


def _key(root: Node) -> str:
    held = root.one("id")
    return f"{held.get('root')}^{held.get('extension')}" if held is not None else ""


def _signer(reading: Reading, node: Node | None) -> dict[str, Any] | None:
    if node is None:
        return None
    for name in ("time", "signatureCode"):
        for row in node.all(name):
            row.whole()
    return who(reading, node.one("assignedEntity"))


def _keeper(reading: Reading) -> dict[str, Any] | None:
    held = reading.root.at("custodian", "assignedCustodian", "representedCustodianOrganization")
    return organization(reading, held) if held is not None else None


class _Events:
    """What the document tells of: acts, when, in which setting, and whether it is finished."""

    def __init__(self, reading: Reading) -> None:
        self.codes: list[dict[str, Any]] = []
        self.period: dict[str, str] = {}
        self.setting: dict[str, Any] | None = None
        self.status: str | None = None
        self.people: list[dict[str, Any]] = []
        for link in reading.root.all("documentationOf"):
            event = link.one("serviceEvent")
            if event is not None:
                self._read(reading, event)

    def _read(self, reading: Reading, event: Node) -> None:
        for row in event.all("id"):
            row.whole()
        code = reading.words.concept(event.one("code"))
        if code:
            self.codes.append(code)
        start, end = bounds(event.one("effectiveTime"))
        if not self.period:
            found = (("start", start), ("end", end))
            self.period = {name: value for name, value in found if value}
        status = event.one("statusCode")
        if status is not None:
            self.status = self.status or _STATUSES.get(status.whole().get("code"))
        for performer in event.all("performer"):
            entity = performer.one("assignedEntity")
            held = entity.one("representedOrganization") if entity is not None else None
            kind = held.one("standardIndustryClassCode") if held is not None else None
            self.setting = self.setting or reading.words.concept(kind)
            found_who = who(reading, entity)
            if found_who is not None:
                self.people.append(found_who)


def _contents(reading: Reading) -> list[dict[str, Any]]:
    """Give the document, then the file that its body is."""
    document, root = reading.document, reading.root
    kind = SELF_PRESENTING if document.self_presenting else MEDIA_TYPE
    own = stored(reading, root, document.data, kind)
    language = root.one("languageCode")
    if language is not None and LANGUAGE.fullmatch(language.get("code")):
        own["language"] = language.whole().get("code")
    title = root.one("title")
    if title is not None and title.words():
        own["title"] = title.words()
    if reading.made_on:
        own["creation"] = reading.made_on
    body = root.at("component", "nonXMLBody", "text")
    file = content(reading, body) if body is not None else None
    code = _format(reading, file)
    made: list[dict[str, Any]] = [{"attachment": own} | ({"format": code} if code else {})]
    return [*made, {"attachment": file}] if file else made


def _format(reading: Reading, file: dict[str, Any] | None) -> dict[str, str] | None:
    """Give the format code of the model that the document follows."""
    templates = {root for root, _ in reading.document.templates}
    if LEVEL_1 in templates:
        pdf = file is not None and file.get("contentType") == "application/pdf"
        return {"system": _FORMATS, "code": _PDF if pdf else _TEXT}
    found = model_of(reading.document)
    code = found[0].format if found is not None else None
    if code is None:
        return None
    return {"system": _FORMATS if code.startswith("urn:ihe:") else _FRENCH_FORMATS, "code": code}


def _context(
    reading: Reading,
    events: _Events,
    stay: dict[str, Any] | None,
    facility: dict[str, Any] | None,
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "encounter": [stay] if stay else [],
        "event": events.codes,
        "period": events.period,
        "facilityType": facility,
        "practiceSetting": events.setting,
        "related": [*_around(reading), *events.people, *_orders(reading)],
    }
    return {name: value for name, value in made.items() if value}


def _around(reading: Reading) -> list[dict[str, Any]]:
    """Give those the document is for, and those around the patient, as what is related to it."""
    root = reading.root
    found = [who(reading, row.one("intendedRecipient")) for row in root.all("informationRecipient")]
    for row in root.all("participant"):
        found.append(who(reading, row.one("associatedEntity")))
        for name in ("functionCode", "time"):
            for told in row.all(name):
                told.whole()
    for row in root.all("informant"):
        entity = row.one("relatedEntity") or row.one("assignedEntity")
        found.append(who(reading, entity))
    found += [who(reading, row.one("assignedEntity")) for row in root.all("dataEnterer")]
    found += [_signer(reading, row) for row in root.all("authenticator")]
    kept: dict[str, dict[str, Any]] = {}
    for held in found:
        if held is not None:
            kept.setdefault(str(held["reference"]), held)
    return list(kept.values())


def _orders(reading: Reading) -> list[dict[str, Any]]:
    """Give the orders a document fulfils and the consents it rests upon, by their identifiers."""
    made = []
    for name, inner, type in (
        ("inFulfillmentOf", "order", "ServiceRequest"),
        ("authorization", "consent", "Consent"),
    ):
        for link in reading.root.all(name):
            held = link.one(inner)
            if held is None:
                continue
            code = reading.words.concept(held.one("code")) or {}
            named = next((row for one in held.all("id") if (row := identifier(one))), None)
            text = code.get("text") or next(iter(code.get("coding", [{}]))).get("display")
            for status in held.all("statusCode"):
                status.whole()
            made_of = {"type": type, "identifier": named, "display": text}
            told = {key: value for key, value in made_of.items() if value}
            if len(told) > 1:
                made.append(told)
    return made
