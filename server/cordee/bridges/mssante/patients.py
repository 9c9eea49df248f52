"""Whom documents and metadata are about, by the national identifier.

Référentiel socle MSSanté #2, ECO.2.1: one patient a mail.
"""

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import INS_ROOTS, tag
from cordee.bridges.metadata.hl7_types import parts, root_of
from cordee.resource.types import Resource

Ins = tuple[str, str]
"""Authority (an OID) and number."""
_IDS = f"{tag('recordTarget')}/{tag('patientRole')}/{tag('id')}"


def of_document(document: Document) -> set[Ins]:
    """Give the national identifiers of a document's patient."""
    found = ((row.get("root"), row.get("extension")) for row in document.root.iterfind(_IDS))
    return {(root, number) for root, number in found if root in INS_ROOTS and number}


def of_metadata(patient_id: str | None) -> Ins | None:
    """Give the national identifier that metadata name (CX); None where it is another kind."""
    pieces = parts(patient_id or "")
    root = root_of(pieces[3]) if len(pieces) > 3 else ""
    return (root, pieces[0]) if root in INS_ROOTS else None


def of_resource(patient: Resource) -> set[Ins]:
    """Give the national identifiers of a Patient."""
    rows = patient.get("identifier") or ()
    found = (
        (str(row.get("system", "")).removeprefix("urn:oid:"), str(row.get("value", "")))
        for row in rows
    )
    return {row for row in found if row[0] in INS_ROOTS}
