"""The referral (document d'orientation): level 1, from ServiceRequest."""

from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.documents.sections import (
    CIRCLE,
    PROBLEMS,
    REASON,
    REFERRAL,
    REMARKS,
    VIGILANCE,
)
from cordee.bridges.cda.writing.entries.vocabulary import loinc

ORIENTATION = DocumentType(
    "orientation",
    loinc("96349-6", "Lettre d'adressage"),
    "Document d'orientation",
    (REFERRAL, REASON, PROBLEMS, VIGILANCE, REMARKS, CIRCLE),
    focus="ServiceRequest",
)
