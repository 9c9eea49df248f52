"""The sections that documents are made of, as tables: code, templates, filling, absence.

https://esante.gouv.fr/volets-contenus
"""

from cordee.bridges.cda.writing.entries import (
    allergy,
    attachment,
    device,
    directive,
    medication,
    observation,
    plan_item,
    problem,
    procedure,
    stay,
    vital_signs,
    words,
)
from cordee.bridges.cda.writing.entries.vocabulary import CCD, FR, PCC, loinc
from cordee.bridges.cda.writing.section import Section

_IHE = "1.3.6.1.4.1.19376.1."
UNKNOWN = "Information non renseignée"

PROBLEMS = Section(
    "problems",
    "Pathologies en cours",
    problem.active_problems,
    loinc("11450-4", "Liste des problèmes actifs"),
    (f"{CCD}11", f"{PCC}3.6", f"{FR}2.132"),
    unknown=problem.unknown_problems,
)
PAST_PROBLEMS = Section(
    "history",
    "Antécédents médicaux",
    problem.past_problems,
    loinc("11348-0", "Antécédents médicaux"),
    (f"{PCC}3.8", f"{FR}2.134"),
    unknown=problem.unknown_problems,
)
PROCEDURES = Section(
    "procedures",
    "Historique des actes",
    procedure.procedures,
    loinc("47519-4", "Historique des actes"),
    (f"{CCD}12", f"{PCC}3.11", f"{PCC}3.12", f"{FR}2.136"),
    unknown=procedure.unknown_procedures,
)
ALLERGIES = Section(
    "allergies",
    "Allergies et hypersensibilités",
    allergy.allergies,
    loinc("48765-2", "Allergies et hypersensibilités"),
    (f"{CCD}2", f"{PCC}3.13", f"{FR}2.137"),
    unknown=allergy.unknown_allergies,
)
MEDICATIONS = Section(
    "medications",
    "Traitements",
    medication.current_medications,
    loinc("10160-0", "Traitements"),
    (f"{CCD}8", f"{PCC}3.19", f"{FR}2.143"),
    unknown=medication.unknown_medications,
)
ADMISSION_MEDICATIONS = Section(
    "admission-medications",
    "Traitements à l'admission",
    medication.current_medications,
    loinc("42346-7", "Traitements à l'admission"),
    (f"{PCC}3.20", f"{FR}2.144"),
    unknown=medication.unknown_medications,
)
STOPPED_MEDICATIONS = Section(
    "stopped-medications",
    "Traitements arrêtés",
    medication.stopped_medications,
    loinc("18610-6", "Traitements administrés"),
    (f"{PCC}3.21", f"{FR}2.145"),
    unknown=medication.unknown_medications,
)
DISCHARGE_MEDICATIONS = Section(
    "discharge-medications",
    "Traitements à la sortie",
    medication.current_medications,
    loinc("10183-2", "Traitements à la sortie"),
    (f"{PCC}3.22", f"{FR}2.146"),
    unknown=medication.unknown_medications,
)
REASON = Section(
    "reason",
    "Motif",
    words.reason,
    loinc("42349-1", "Raison de la recommandation"),
    (f"{PCC}3.1", f"{FR}2.127"),
)
PLAN = Section(
    "plan",
    "Plan de soins",
    plan_item.plan,
    loinc("18776-5", "Plan de soins"),
    (f"{CCD}10", f"{PCC}3.36", f"{FR}2.158"),
)
DEVICES = Section(
    "devices",
    "Dispositifs médicaux",
    device.devices,
    loinc("46264-8", "Dispositifs médicaux"),
    ("2.16.840.1.11383.10.20.1.7", f"{PCC}1.5.3.5", f"{FR}2.1"),
    unknown=device.unknown_devices,
)
VITAL_SIGNS = Section(
    "vital-signs",
    "Signes vitaux",
    vital_signs.vital_signs,
    loinc("8716-3", "Signes vitaux"),
    (f"{CCD}16", f"{PCC}3.25", f"{PCC}1.5.3.2", f"{FR}2.75"),
    unknown=vital_signs.unknown_vital_signs,
)
RESULTS = Section(
    "results",
    "Résultats d'examens",
    procedure.procedures,
    loinc("30954-2", "Résultats d'examens"),
    (f"{PCC}3.27", f"{PCC}3.28", f"{FR}2.151"),
    unknown=procedure.unknown_procedures,
)
RESULTS_TEXT = Section(
    "results",
    "Résultats d'examens",
    observation.observations,
    loinc("30954-2", "Résultats d'examens"),
    (f"{PCC}3.27", f"{FR}2.150"),
)
VIGILANCE = Section(
    "vigilance",
    "Points de vigilance",
    words.alerts,
    loinc("44944-7", "Points de vigilance"),
    (f"{FR}2.245",),
)
DIRECTIVES = Section(
    "directives",
    "Directives anticipées",
    directive.directives,
    loinc("42348-3", "Directives anticipées"),
    (f"{CCD}1", f"{PCC}3.34", f"{PCC}3.35", f"{FR}2.157"),
    unknown=directive.unknown_directives,
)
EVENTS = Section(
    "events",
    "Observations",
    observation.observations,
    loinc("42545-4", "Evènements observés"),
    (f"{PCC}1.21.2.9", f"{_IHE}7.3.1.1.13.7", f"{FR}2.163"),
)
COMMENTS = Section(
    "comments",
    "Commentaires",
    words.notes,
    loinc("55112-7", "Commentaire"),
    ("2.16.840.1.113883.10.12.201", f"{_IHE}4.1.2.16", f"{FR}2.73"),
)
ATTACHMENTS = Section(
    "attachments",
    "Documents joints",
    attachment.attachments,
    loinc("55107-7", "Documents ajoutés"),
    (f"{FR}2.37",),
    unknown=attachment.unknown_attachments,
)
STATUS = Section(
    "status",
    "Statut du document",
    stay.status,
    loinc("33557-0", "Etat d'achèvement"),
    (f"{FR}2.35", f"{FR}2.35.1"),
)
BELONGINGS = Section(
    "belongings",
    "Prothèses et objets personnels",
    code=loinc("46264-8", "Dispositifs médicaux"),
    templates=(f"{FR}2.53",),
    needed=True,
    unknown=stay.unknown_belongings,
)
LAST_MEAL = Section(
    "meal",
    "Date et heure du dernier repas",
    code=loinc("47420-5", "Évaluation du statut fonctionnel"),
    templates=(f"{_IHE}7.3.1.1.13.5", f"{FR}2.162"),
    needed=True,
    unknown=stay.unknown_meal,
)
PREFERENCE = Section(
    "preference",
    "Etablissement de santé de préférence",
    code=loinc("11302-7", "Etablissement de santé de préférence"),
    templates=(f"{PCC}1.13.2.10", f"{FR}2.172"),
    needed=True,
    unknown=attachment.unknown_preference,
)

CIRCLE = Section("circle", "Cercle de soins", words.circle_table)
GOALS = Section("goals", "Objectifs", plan_item.goals)
ACTIONS = Section("actions", "Actions prévues", plan_item.actions)
REMARKS = Section("remarks", "Remarques", words.own_notes)
ANSWERS = Section("answers", "Évaluation", words.answers)
REFERRAL = Section("referral", "Demande", words.referral)
