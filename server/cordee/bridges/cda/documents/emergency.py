"""The emergency documents of nursing homes: file (DLU), sheets to and from (FLUDT, FLUDR)."""

from dataclasses import replace

from cordee.bridges.cda.documents import sections
from cordee.bridges.cda.documents.document_type import EMERGENCY, DocumentType
from cordee.bridges.cda.writing.entries import stay
from cordee.bridges.cda.writing.entries.vocabulary import loinc

_CODE = loinc("74207-2", "Document de liaison d'urgence")

EMERGENCY_FILE = DocumentType(
    "dlu",
    _CODE,
    "Dossier de liaison d'urgence",
    (
        sections.PREFERENCE,
        sections.PROBLEMS,
        sections.PAST_PROBLEMS,
        sections.ALLERGIES,
        replace(sections.MEDICATIONS, title="Traitements au long cours", needed=True),
        sections.PLAN,
        replace(sections.DIRECTIVES, needed=True),
        replace(sections.EVENTS, fill=stay.states),
        replace(sections.RESULTS, needed=True),
        sections.COMMENTS,
        replace(sections.ATTACHMENTS, needed=True),
    ),
    templates=(("1.2.250.1.213.1.1.1.22", "2022.01"),),
    event=loinc("34117-2", "Historique et clinique"),
    needs_doctor=True,
)
TO_EMERGENCY = DocumentType(
    "fludt",
    _CODE,
    "Fiche de liaison d'urgence : transfert vers le service des urgences",
    (
        replace(
            sections.EVENTS,
            title="Transfert vers le service des urgences",
            fill=stay.reason_for_transfer,
        ),
        replace(sections.VITAL_SIGNS, needed=True),
        replace(sections.RESULTS, title="Observations", fill=stay.examined),
        replace(sections.MEDICATIONS, title="Traitement habituel", needed=True),
        sections.LAST_MEAL,
        sections.BELONGINGS,
        sections.COMMENTS,
    ),
    templates=(("1.2.250.1.213.1.1.1.23", "2022.01"),),
    event=loinc("28651-8", "Transfert infirmier"),
    encounter=EMERGENCY,
    needs_doctor=True,
)
FROM_EMERGENCY = DocumentType(
    "fludr",
    _CODE,
    "Fiche de liaison d'urgence : retour du service des urgences",
    (
        replace(sections.EVENTS, title="Retour du patient", fill=stay.reason_for_return),
        replace(
            sections.PROBLEMS,
            title="Diagnostic",
            code=loinc("11535-2", "Diagnostic de sortie"),
            templates=("1.3.6.1.4.1.19376.1.5.3.1.3.7", "1.2.250.1.213.1.1.2.133"),
            needed=True,
        ),
        replace(sections.DISCHARGE_MEDICATIONS, title="Ordonnance de sortie", needed=True),
        sections.BELONGINGS,
        replace(sections.ATTACHMENTS, needed=True),
        sections.COMMENTS,
    ),
    templates=(("1.2.250.1.213.1.1.1.24", "2022.01"),),
    event=loinc("28651-8", "Transfert infirmier"),
    encounter=EMERGENCY,
    needs_doctor=True,
)
