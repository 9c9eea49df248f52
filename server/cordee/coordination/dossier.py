"""The *dossier de coordination*: what one looks at first when one comes to a person.

Each section is a search. `{patient}` stands for "Patient/1", `{now}` for the moment of the call.
"""

from dataclasses import dataclass

_IN_FORCE = ("status", "lifecycle-status", "verification-status", "date=")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the dossier: a search on a type, and the LOINC code and title of its heading."""

    title: str
    code: str
    type: str
    query: str
    count: int

    @property
    def whole(self) -> str:
        """The search without what is over or long ago left out of it."""
        terms = self.query.split("&")
        return "&".join(term for term in terms if not term.startswith(_IN_FORCE))


CARE_DOCUMENTS = {
    "11369-6": "Historique des vaccinations",
    "34120-6": "Bilan par professionnel de santé (bilan de soins infirmiers)",
    "57828-6": "Prescription (autre)",
    "57832-8": "Prescription de soins",
    "57833-6": "Prescription de produits de santé",
    "60593-1": "Dispensation médicamenteuse",
    "87273-9": "Note de vaccination",
    "96874-3": "COVID-19 Attestation de vaccination",
    "DISP_AUT": "Dispensation (autre)",
    "PRESC-BIO": "Prescription d'actes de biologie médicale",
    "PRESC-INF": "Prescription d'actes infirmiers",
    "PRESC-KINE": "Prescription d'actes de kinésithérapie",
}
"""Types (JDV_J07) of documents that are looked for by themselves: LOINC, and TRE_A05 beside it."""

_TYPES = ",".join(CARE_DOCUMENTS)

SECTIONS: tuple[Section, ...] = (
    Section("Dossier de coordination", "46240-8", "EpisodeOfCare",
            "patient={patient}&status:not=entered-in-error&_sort=-date", 10),
    Section("Cercle de soins", "85847-2", "CareTeam",
            "subject={patient}&status:not=entered-in-error&_sort=-_lastUpdated", 10),
    Section("Plan personnalisé de coordination en santé", "18776-5", "CarePlan",
            "subject={patient}&status=draft,active,on-hold,completed&_sort=-date", 10),
    Section("Objectifs", "61146-7", "Goal",
            "subject={patient}&lifecycle-status:not=entered-in-error,cancelled,rejected", 50),
    Section("Problèmes", "11450-4", "Condition",
            "subject={patient}&verification-status:not=entered-in-error,refuted", 50),
    Section("Alertes", "75310-3", "Flag", "subject={patient}&status=active&_sort=-date", 50),
    Section("Messages", "51855-5", "Communication",
            "subject={patient}&status:not=entered-in-error&_sort=-sent", 20),
    Section("Cahier de liaison et documents", "55107-7", "DocumentReference",
            f"subject={{patient}}&status=current&type:not={_TYPES}&_sort=-date", 20),
    Section("Ordonnances, bilans et vaccinations", "11503-0", "DocumentReference",
            f"subject={{patient}}&status=current&type={_TYPES}&_sort=-date", 20),
    Section("Prescriptions en cours", "57828-6", "MedicationRequest",
            "subject={patient}&status=active,on-hold&_sort=-authoredon", 30),
    Section("Vaccinations", "11369-6", "Immunization",
            "patient={patient}&status=completed&_sort=-date", 30),
    Section("Prochains rendez-vous", "56446-8", "Appointment",
            "patient={patient}&status=proposed,pending,booked,arrived,checked-in"
            "&date=ge{now}&_sort=date", 20),
    Section("Demandes et orientations", "57133-1", "ServiceRequest",
            "subject={patient}&status=draft,active,on-hold&_sort=-authored", 20),
    Section("Tâches en cours", "56447-6", "Task",
            "patient={patient}&status=draft,requested,received,accepted,ready,in-progress,on-hold"
            "&_sort=-authored-on", 50),
    Section("Évaluations", "51848-0", "QuestionnaireResponse",
            "subject={patient}&status:not=entered-in-error&_sort=-authored", 10),
)  # fmt: skip
"""In the order of reading."""
