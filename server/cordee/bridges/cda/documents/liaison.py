"""Liaison sheets between those at home and services: level 1, from notes and messages."""

from dataclasses import replace

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.documents.sections import CIRCLE, COMMENTS, PROBLEMS, REMARKS, VIGILANCE
from cordee.bridges.cda.writing.entries.vocabulary import loinc

_SECTIONS = (replace(COMMENTS, title="Transmissions"), VIGILANCE, PROBLEMS, REMARKS, CIRCLE)

LIAISON = DocumentType(
    "liaison",
    loinc("28653-4", "Document du secteur social / médico-social"),
    "Fiche de liaison",
    _SECTIONS,
    focus="Communication",
)
LIAISON_ENTRY = DocumentType(
    "liaison-entry",
    loinc("88348-8", "Lettre de liaison d'entrée en structure sociale ou médico-sociale"),
    "Lettre de liaison d'entrée en structure sociale ou médico-sociale",
    _SECTIONS,
)
LIAISON_EXIT = DocumentType(
    "liaison-exit",
    loinc("83981-1", "Lettre de liaison à la sortie d'une structure sociale ou médico-sociale"),
    "Lettre de liaison à la sortie d'une structure sociale ou médico-sociale",
    _SECTIONS,
)
CONTACTS = DocumentType(
    "contacts",
    Code("FICHE-CONTACTS", "1.2.250.1.213.1.1.4.12", "Fiche contacts"),
    "Fiche contacts du cercle de soins",
    (CIRCLE,),
    focus="CareTeam",
)
