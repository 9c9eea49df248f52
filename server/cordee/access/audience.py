"""What each kind of person who has a way to a record may see and do there.

Membership opens a record; the audience bounds what of it is seen: by type (the perimeter of the
profession, CSP R1110-1 to -3) and by label (JDV_J110-StatutVisibiliteDocument-CISIS).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cordee.access.caller import Perimeter
from cordee.search.marks import CLINICAL

COORDINATION = frozenset(
    [
        "Patient",
        "RelatedPerson",
        "CareTeam",
        "EpisodeOfCare",
        "CarePlan",
        "Goal",
        "RequestGroup",
        "Task",
        "ServiceRequest",
        "Communication",
        "CommunicationRequest",
        "Appointment",
        "AppointmentResponse",
        "Schedule",
        "DocumentReference",
        "QuestionnaireResponse",
        "Flag",
        "Consent",
        "List",
        "Coverage",
        "Device",
        "Basic",
        "Provenance",
    ]
)
"""What concerns the coordination of a life at home, not the person's health itself."""

OFFERED = frozenset(
    [
        "QuestionnaireResponse",
        "Observation",
        "Communication",
        "DocumentReference",
        "AppointmentResponse",
        "Appointment",
    ]
)
"""What the person, and who speaks for them, may add to the record, and change if they wrote it."""

SUBMITTED = frozenset(("QuestionnaireResponse", "ServiceRequest", "Task"))
"""What any known caller may hand in about anybody, without seeing anything (screening)."""

LASTING = frozenset(("Patient", "CareTeam", "Consent", "Provenance"))
"""What people do not delete, but end: only software that acts for itself does."""


@dataclass(frozen=True, slots=True)
class Audience:
    """One kind of person: what is hidden from them, which types they see, which they may write.

    `seen` None means every type that belongs to a person, `written` None every type that is seen.
    With `own` they change only what they wrote.
    """

    name: str
    hidden: frozenset[str]
    seen: frozenset[str] | None = None
    written: frozenset[str] | None = None
    own: bool = False

    def sees(self, type: str) -> bool:
        """Tell whether a type is within the perimeter."""
        return self.seen is None or type in self.seen

    def writes(self, type: str) -> bool:
        """Tell whether a type may be written."""
        return self.sees(type) and (self.written is None or type in self.written)


_PS, _PSOCIAL = "MASQUE_PS", "MASQUE_PSOCIAL"
_LEGAL = "INVISIBLE_REPRESENTANTS_LEGAUX"

PROFESSIONALS: Mapping[Perimeter | None, Audience] = {
    "health": Audience("health", frozenset((_PS,))),
    # Both at home in health and in social work: what is masked to either is masked to them.
    "medico-social": Audience("medico-social", frozenset((_PS, _PSOCIAL))),
    "social": Audience("social", frozenset((_PSOCIAL, CLINICAL)), COORDINATION),
    None: Audience("unsaid", frozenset((_PS, _PSOCIAL, CLINICAL)), COORDINATION),
}
PATIENT = Audience("patient", frozenset(("INVISIBLE_PATIENT",)), None, OFFERED | {"Consent"}, True)
REPRESENTATIVE = Audience("representative", frozenset((_LEGAL,)), None, PATIENT.written, True)
RELATIVE = Audience(
    "relative",
    frozenset(("MASQUE_PT", "INVISIBLE_PATIENT", _LEGAL, CLINICAL)),
    COORDINATION - {"Consent"},
    frozenset(("Communication", "DocumentReference", "QuestionnaireResponse")),
    True,
)
"""A third person: what is kept from the patient, or from those who speak for them, is kept too."""
