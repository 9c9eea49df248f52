"""All types of document that can be written, and what a resource becomes unless told."""

from cordee.bridges.cda.documents.assessment import ASSESSMENT
from cordee.bridges.cda.documents.care_plan import CARE_PLAN
from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.documents.elderly_plan import ELDERLY_PLAN
from cordee.bridges.cda.documents.emergency import EMERGENCY_FILE, FROM_EMERGENCY, TO_EMERGENCY
from cordee.bridges.cda.documents.letters import DISCHARGE_LETTER, ENTRY_LETTER
from cordee.bridges.cda.documents.liaison import CONTACTS, LIAISON, LIAISON_ENTRY, LIAISON_EXIT
from cordee.bridges.cda.documents.pdf_document import PDF_DOCUMENT
from cordee.bridges.cda.documents.referral import ORIENTATION
from cordee.bridges.cda.documents.summaries import SUMMARY, VSM

TYPES: dict[str, DocumentType] = {
    type.key: type
    for type in (
        CARE_PLAN,
        ASSESSMENT,
        ORIENTATION,
        LIAISON,
        LIAISON_ENTRY,
        LIAISON_EXIT,
        CONTACTS,
        ENTRY_LETTER,
        DISCHARGE_LETTER,
        EMERGENCY_FILE,
        TO_EMERGENCY,
        FROM_EMERGENCY,
        SUMMARY,
        VSM,
        ELDERLY_PLAN,
        PDF_DOCUMENT,
    )
}
"""Key of a type → the type."""

DEFAULTS: dict[str, str] = {
    type.focus: type.key for type in TYPES.values() if type.focus is not None
} | {"Flag": LIAISON.key}
"""Resource type → the document that is made of it when nothing else is asked for."""
