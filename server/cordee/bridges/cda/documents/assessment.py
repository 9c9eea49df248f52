"""The assessment by a professional (bilan de soins infirmiers, BSI): level 1, from answers."""

from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.documents.sections import ANSWERS, CIRCLE, PROBLEMS, VIGILANCE
from cordee.bridges.cda.writing.entries.vocabulary import loinc

ASSESSMENT = DocumentType(
    "bsi",
    loinc("34120-6", "Bilan par professionnel de santé"),
    "Bilan de soins infirmiers",
    (ANSWERS, PROBLEMS, VIGILANCE, CIRCLE),
    focus="QuestionnaireResponse",
)
