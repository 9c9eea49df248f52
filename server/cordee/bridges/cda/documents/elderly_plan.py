"""The care plan of elderly persons at risk (PPS-PAERPA): level 3, from CarePlan.

The model is of the generation before the present one (rules v2.41).
"""

from dataclasses import replace
from functools import partial

from cordee.bridges.cda.documents import sections
from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.writing.entries import plan_item, problem, stay
from cordee.bridges.cda.writing.entries.vocabulary import FR, loinc
from cordee.bridges.cda.writing.section import Section

ELDERLY_PLAN = DocumentType(
    "pps-paerpa",
    loinc("18776-5", "Plan personnalisé de soins"),
    "Plan personnalisé de santé",
    (
        replace(
            sections.PROBLEMS,
            title="Pathologies",
            fill=partial(problem.problems, past=False, kind=problem.FORMER_KIND),
        ),
        sections.DIRECTIVES,
        Section(
            "wishes",
            "Dispositions médico-sociales",
            stay.priorities,
            loinc("34841-7", "Dispositions médico-sociales"),
            (f"{FR}2.44",),
        ),
        replace(sections.PLAN, title="Plan de soins, plan d'aides", fill=plan_item.plan_in_words),
        replace(sections.STATUS, fill=stay.validated, templates=(f"{FR}2.35",)),
    ),
    templates=((f"{FR}1.20", "2021.01"),),
    event=loinc("18776-5", "Plan personnalisé de soins"),
    needs_doctor=True,
)
