"""The liaison letters of hospitals: at entry (LDL-EES) and at discharge (LDL-SES)."""

from dataclasses import replace

from cordee.bridges.cda.documents import sections
from cordee.bridges.cda.documents.document_type import HOSPITAL_STAY, DocumentType
from cordee.bridges.cda.writing.entries import stay
from cordee.bridges.cda.writing.entries.vocabulary import FR, loinc

ENTRY_LETTER = DocumentType(
    "ldl-ees",
    loinc(
        "18761-7",
        "Note de transfert (dont lettre de liaison à l'entrée en établissement de soins)",
    ),
    "Lettre de liaison à l'entrée en établissement de santé",
    (
        replace(sections.REASON, title="Motif d'hospitalisation", needed=True),
        replace(sections.ADMISSION_MEDICATIONS, needed=True),
        replace(sections.ALLERGIES, needed=True),
        sections.PAST_PROBLEMS,
        sections.PROCEDURES,
        replace(sections.COMMENTS, title="Autres informations", needed=True),
    ),
    templates=(("1.2.250.1.213.1.1.1.21", "2022.01"),),
    event=HOSPITAL_STAY,
    encounter=HOSPITAL_STAY,
)
DISCHARGE_LETTER = DocumentType(
    "ldl-ses",
    loinc("11490-0", "Lettre de liaison à la sortie d'un établissement de soins"),
    "Lettre de liaison à la sortie de l'établissement de santé",
    (
        sections.STATUS,
        replace(sections.REASON, title="Motif de l'hospitalisation", needed=True),
        replace(
            sections.EVENTS,
            title="Synthèse médicale du séjour",
            fill=stay.events,
            templates=(*sections.EVENTS.templates, f"{FR}2.163.1"),
        ),
        sections.STOPPED_MEDICATIONS,
        replace(sections.DISCHARGE_MEDICATIONS, needed=True),
        replace(sections.PLAN, title="Suites à donner"),
        sections.DEVICES,
        sections.ALLERGIES,
    ),
    templates=(("1.2.250.1.213.1.1.1.29", "2022.01"),),
    event=HOSPITAL_STAY,
    encounter=HOSPITAL_STAY,
    focus="Encounter",
)
