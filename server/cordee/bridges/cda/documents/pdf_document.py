"""A document that is a PDF already: level 1, from DocumentReference, under its own type."""

from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.writing.entries.vocabulary import loinc

PDF_DOCUMENT = DocumentType(
    "pdf",
    # Where the resource's own type is not in the national list.
    loinc("28653-4", "Document du secteur social / médico-social"),
    "Document",
    (),
    focus="DocumentReference",
)
