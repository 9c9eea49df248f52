"""The *dossier de coordination*: what one looks at first when one comes to a person.

Each section is a search. `{patient}` stands for "Patient/1", `{now}` for the moment of the call.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the dossier: a search on a type, and the LOINC code and title of its heading."""

    title: str
    code: str
    type: str
    query: str
    count: int


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
            "subject={patient}&status=current&_sort=-date", 20),
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
