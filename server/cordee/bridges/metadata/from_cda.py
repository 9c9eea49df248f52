"""The metadata of a CDA document: each attribute by one row, from one place of the header.

https://ansforge.github.io/IG-FHIR-PDSM4DMP-EEDS/main/ig/
https://profiles.ihe.net/ITI/TF/Volume3/ch-4.1.html
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

from lxml import etree

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.models import model_of
from cordee.bridges.cda.namespaces import CDA, DICOM, tag
from cordee.bridges.metadata import people, vocabulary
from cordee.bridges.metadata.ebrim.tables import ENTRY
from cordee.bridges.metadata.hl7_types import LONGEST, cx
from cordee.bridges.metadata.lot import DocumentEntry
from cordee.bridges.metadata.namespaces import Element
from cordee.bridges.metadata.times import utc
from cordee.errors import Category, FhirError, Issue, Severity

LONGEST_TITLE = 128
_ORDER = "urn:ihe:iti:xds:2013:order"
_ACCESSION = "urn:ihe:iti:xds:2013:accession"
_SERVICE = "c:documentationOf[1]/c:serviceEvent"
_PERFORMER = "c:performer/c:assignedEntity/c:representedOrganization"


@dataclass(frozen=True, slots=True)
class Source:
    """A document, its bytes as they are sent, and the zone of times that name none."""

    document: Document
    data: bytes
    zone: tzinfo


Convert: TypeAlias = Callable[[Source, list[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute: what it is made of, and how."""

    field: str
    path: str
    convert: Convert


def _same(_: Source, found: list[Any]) -> Iterator[str]:
    yield from (text for one in found if (text := str(one).strip()))


def _words(_: Source, found: list[Element]) -> Iterator[str]:
    for row in found:
        text = people.words(row)[:LONGEST_TITLE]
        yield from (text,) if text else ()


def _codes(_: Source, found: list[Element]) -> Iterator[Code]:
    for row in found:
        if row.get("code"):
            told = (row.get(key, "") for key in ("code", "codeSystem", "displayName"))
            yield Code(*(" ".join(text.split())[:LONGEST] for text in told))


def _class(_: Source, found: list[Any]) -> Iterator[Code]:
    yield from (code for one in found if (code := vocabulary.class_of(str(one))))


def _times(source: Source, found: list[Any]) -> Iterator[str]:
    yield from (time for one in found if (time := utc(str(one), source.zone)))


def _media_type(source: Source, _: list[Any]) -> Iterator[str]:
    yield "application/xslt+xml" if source.document.self_presenting else "text/xml"


def _format(source: Source, found: list[Element]) -> Iterator[Code]:
    body = found[0] if found else None
    if body is not None:
        yield vocabulary.format_of_file(body.get("mediaType", ""))
        return
    model = model_of(source.document)
    yield vocabulary.format_code(model[0].format if model is not None else None)


def _authors(_: Source, found: list[Element]) -> Iterator[Any]:
    yield from (author for row in found if (author := people.author(row)))


def _signers(_: Source, found: list[Element]) -> Iterator[str]:
    yield from (person for row in found if (person := people.signer(row)))


def _national(_: Source, found: list[Element]) -> Iterator[str]:
    yield from (id for row in found if (id := people.national_id(row)))


def _local(_: Source, found: list[Element]) -> Iterator[str]:
    id = people.local_id(found)
    yield from (id,) if id else ()


def _traits(_: Source, found: list[Element]) -> Iterator[str]:
    for row in found[:1]:
        yield from people.patient_info(row)


def _unique(_: Source, found: list[Element]) -> Iterator[str]:
    yield from (id for row in found if (id := unique_id(row)))


def _references(_: Source, found: list[Element]) -> Iterator[str]:
    for order in found:
        for local, kind in ((tag("id"), _ORDER), (f"{{{DICOM}}}accessionNumber", _ACCESSION)):
            for id in order.findall(local):
                if id.get("root") and id.get("extension"):
                    yield cx(id.get("extension", ""), id.get("root", ""), kind)


def _hash(source: Source, _: list[Any]) -> Iterator[str]:
    yield digest(source.data)


def _size(source: Source, _: list[Any]) -> Iterator[str]:
    yield str(len(source.data))


ROWS: tuple[Row, ...] = (
    Row("mime_type", ".", _media_type),
    Row("authors", "c:author", _authors),
    Row("legal_authenticator", "c:legalAuthenticator/c:assignedEntity", _signers),
    Row("class_code", "c:code/@code", _class),
    Row("type_code", "c:code", _codes),
    Row("format_code", "c:component/c:nonXMLBody/c:text", _format),
    Row("confidentiality", "c:confidentialityCode", _codes),
    Row(
        "facility",
        "c:componentOf/c:encompassingEncounter/c:location/c:healthCareFacility/c:code",
        _codes,
    ),
    Row("setting", f"{_SERVICE}/{_PERFORMER}/c:standardIndustryClassCode", _codes),
    Row("events", "c:documentationOf/c:serviceEvent/c:code", _codes),
    Row("creation_time", "c:effectiveTime/@value", _times),
    Row("start", f"{_SERVICE}/c:effectiveTime/c:low/@value", _times),
    Row("stop", f"{_SERVICE}/c:effectiveTime/c:high/@value", _times),
    Row("source_patient_id", "c:recordTarget/c:patientRole/c:id", _local),
    Row("source_patient_info", "c:recordTarget/c:patientRole/c:patient", _traits),
    Row("patient_id", "c:recordTarget/c:patientRole/c:id", _national),
    Row("unique_id", "c:id", _unique),
    Row("title", "c:title", _words),
    Row("language", "c:languageCode/@code", _same),
    Row("hash", ".", _hash),
    Row("size", ".", _size),
    Row("references", "c:inFulfillmentOf/c:order", _references),
)
"""Every attribute that a document gives; the others are the sender's or the registry's."""
_PATHS = {row.field: row.path for row in ROWS}


@cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces={"c": CDA})


def entry_of(source: Source, id: str) -> DocumentEntry:
    """Give the metadata of a document under the id of its entry.

    Raises `FhirError` UNPROCESSABLE with an issue for each mandatory attribute that it lacks.
    """
    found = {row.field: tuple(row.convert(source, _nodes(source, row))) for row in ROWS}
    missing = [row.field for row in ENTRY if row.least and not found.get(row.field)]
    if missing:
        raise FhirError(Category.UNPROCESSABLE, issues=[_missing(field) for field in missing])
    told: dict[str, Any] = {
        row.field: found[row.field] if row.plural else found[row.field][0]
        for row in ENTRY
        if found.get(row.field)
    }
    return DocumentEntry(id=id, **told)


def for_dmp(entry: DocumentEntry, visibility: Iterable[Code] = ()) -> DocumentEntry:
    """Give the entry as the DMP takes it, with the sender's codes of visibility.

    Raises UNPROCESSABLE for a type of document that the DMP does not know.
    """
    kind, setting = entry.type_code, entry.setting
    assert kind is not None
    assert setting is not None
    if kind.code not in vocabulary.dmp_types():
        text = f"The DMP takes no documents of the type {kind.code} ({kind.display})"
        raise FhirError(Category.UNPROCESSABLE, text, expression="ClinicalDocument.code")
    return replace(
        entry,
        setting=vocabulary.setting(setting),
        confidentiality=(*entry.confidentiality, *visibility),
    )


def unique_id(id: Element) -> str | None:
    """Give an II as XDS names documents: an OID, with its extension behind a `^`.

    A UUID becomes the OID that ISO/IEC 9834-8 keeps for it.
    """
    root, extension = id.get("root", ""), id.get("extension")
    if not root:
        return None
    if "-" in root:
        try:
            root = f"2.25.{UUID(root).int}"
        except ValueError:
            return None
    return f"{root}^{extension}" if extension else root


def unique_id_in(document: Document) -> str | None:
    """Give the name that XDS has for a document."""
    found = document.root.find(tag("id"))
    return unique_id(found) if found is not None else None


def replaced(document: Document) -> str | None:
    """Give the document that a document replaces, by the name XDS has for it."""
    path = f"{tag('relatedDocument')}[@typeCode='RPLC']/{tag('parentDocument')}/{tag('id')}"
    found = document.root.find(path)
    return unique_id(found) if found is not None else None


def digest(data: bytes) -> str:
    """Give the hash by which XDS knows bytes: SHA-1, in hexadecimal digits."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _nodes(source: Source, row: Row) -> list[Any]:
    found: Any = _compiled(row.path)(source.document.root)
    return list(found)


def _missing(field: str) -> Issue:
    where = "ClinicalDocument." + _PATHS[field].replace("c:", "").replace("/", ".")
    text = f"The document does not say what the national record needs as {field}: {where}"
    return Issue(Severity.ERROR, "required", text, expression=where.split("[")[0])
