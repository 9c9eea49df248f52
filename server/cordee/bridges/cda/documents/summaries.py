"""The medical summaries: IPS-FR, and its elder VSM."""

from dataclasses import replace

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.documents import sections
from cordee.bridges.cda.documents.document_type import DocumentType
from cordee.bridges.cda.writing.entries.vocabulary import FR, loinc
from cordee.bridges.cda.writing.section import Section

SUMMARY = DocumentType(
    "ips",
    loinc("60591-5", "Synthèse médicale"),
    "Synthèse médicale",
    (
        replace(sections.PROBLEMS, needed=True),
        sections.PAST_PROBLEMS,
        replace(sections.PROCEDURES, needed=True),
        replace(sections.ALLERGIES, needed=True),
        replace(sections.MEDICATIONS, needed=True),
        replace(sections.DEVICES, needed=True),
        sections.VIGILANCE,
        sections.VITAL_SIGNS,
        sections.PLAN,
        sections.DIRECTIVES,
        sections.ATTACHMENTS,
    ),
    templates=(("2.16.840.1.113883.10.22.1.1", None), (f"{FR}1.51", "2024.01")),
    encounter=Code("AMB", "2.16.840.1.113883.5.4", "Ambulatoire (hors établissement)"),
    focus="Patient",
    needs_doctor=True,
)

_HISTORY = Section(
    "history-all",
    "Pathologies en cours, antécédents et allergies",
    code=loinc("34117-2", "Historique et clinique"),
    templates=(f"{FR}2.30",),
    needed=True,
    own_text=False,
    sections=(
        replace(sections.PROBLEMS, needed=True),
        replace(sections.PAST_PROBLEMS, needed=True),
        replace(sections.PROCEDURES, title="Antécédents chirurgicaux", needed=True),
        replace(sections.ALLERGIES, needed=True),
    ),
)
_RISKS = Section(
    "risks",
    "Facteurs de risque",
    code=loinc("57207-3", "Facteurs de risque"),
    templates=(f"{FR}2.31",),
    needed=True,
)
VSM = DocumentType(
    "vsm",
    Code("SYNTH", "1.2.250.1.213.1.1.4.12", "Synthèse"),
    "Volet de synthèse médicale",
    (
        Section(
            "background",
            "Pathologies, antécédents, allergies et facteurs de risque",
            code=loinc("46612-8", "Pathologies, antécédents, allergies, facteurs de risque"),
            templates=(f"{FR}2.29",),
            needed=True,
            own_text=False,
            sections=(_HISTORY, _RISKS),
        ),
        replace(
            sections.RESULTS_TEXT,
            title="Points de vigilance",
            fill=sections.VIGILANCE.fill,
            needed=True,
        ),
        Section(
            "treatment",
            "Traitement au long cours",
            code=loinc("18776-5", "Plan de traitement"),
            templates=(f"{FR}2.32",),
            needed=True,
            own_text=False,
            sections=(replace(sections.MEDICATIONS, needed=True),),
        ),
    ),
    templates=((f"{FR}1.13", "2023.01"),),
    event=loinc("34117-2", "Historique et clinique"),
    encounter=Code("AMB", "2.16.840.1.113883.5.4", "Ambulatoire (hors établissement)"),
    needs_doctor=True,
)
