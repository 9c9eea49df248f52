"""The personalised coordination plan (PPCS): level 1, from CarePlan.

No CI-SIS model exists for it; the code is the nearest of the national list.
"""

from dataclasses import replace

from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.documents.sections import (
    ACTIONS,
    CIRCLE,
    GOALS,
    PROBLEMS,
    REMARKS,
    VIGILANCE,
)
from cordee.bridges.cda.writing.entries.vocabulary import loinc

CARE_PLAN = DocumentType(
    "ppcs",
    loinc("18776-5", "Plan personnalisé de soins"),
    "Plan personnalisé de coordination en santé",
    (replace(PROBLEMS, title="Situation"), GOALS, ACTIONS, VIGILANCE, CIRCLE, REMARKS),
    focus="CarePlan",
)
