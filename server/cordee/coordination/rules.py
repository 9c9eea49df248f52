"""Which rules of coordination watch which types; a new one takes a module and a row."""

from collections.abc import Mapping, Sequence

from cordee.coordination.agenda.horizon import MadeSlots
from cordee.coordination.agenda.ownership import OwnAgenda
from cordee.coordination.alert.raising import TYPES, RaisedAlerts
from cordee.coordination.alert.rule import AlertRules
from cordee.coordination.archive import ArchivedDossier, KeptArchive
from cordee.coordination.attached_content import SeenContent
from cordee.coordination.booking import Booking
from cordee.coordination.circle import OneCircle
from cordee.coordination.closure import PEOPLE, OpenDossier
from cordee.coordination.departure import Departure
from cordee.coordination.invitation import AcceptedInvitation
from cordee.coordination.lateness import LateNoMore
from cordee.coordination.liaison_note import NoteRules, OpenBooklet
from cordee.coordination.message import MessageRules
from cordee.coordination.pathway.entrance import Entrance
from cordee.coordination.pathway.progress import Progress
from cordee.coordination.plan.validation import KeptSignature, KnownVersion, SignedPlan
from cordee.coordination.referral import ReferralLife
from cordee.coordination.screening import SubmittedScreening
from cordee.coordination.urgent_note import UrgentNote
from cordee.definitions.repository import Repository
from cordee.interactions.services import Guard, Requirement

OPEN_DOSSIER = OpenDossier()
KEPT_ARCHIVE = KeptArchive()
SEEN_CONTENT = SeenContent()

CAPABILITIES = "https://cordee.example/fhir/CapabilityStatement/coordination-server"
"""What our guide requires of a server of coordination, which this one is."""

REQUIREMENTS: Mapping[str, Sequence[Requirement]] = {
    **dict.fromkeys(PEOPLE, (OPEN_DOSSIER,)),
    "Binary": (KEPT_ARCHIVE,),
    "CarePlan": (OPEN_DOSSIER, KnownVersion()),
    "Communication": (OPEN_DOSSIER, SEEN_CONTENT),
    "DocumentReference": (OpenBooklet(), KEPT_ARCHIVE, SEEN_CONTENT),
}

PROGRESS = Progress()

GUARDS: Mapping[str, Sequence[Guard]] = {
    "Appointment": (Booking(), PROGRESS),
    "CarePlan": (SignedPlan(),),
    "CareTeam": (OneCircle(),),
    "Communication": (MessageRules(),),
    "CommunicationRequest": (PROGRESS,),
    "DocumentReference": (NoteRules(), UrgentNote()),
    "EpisodeOfCare": (ArchivedDossier(),),
    "Practitioner": (Departure(),),
    "PractitionerRole": (Departure(),),
    "Provenance": (KeptSignature(),),
    "Schedule": (OwnAgenda(), MadeSlots()),
    "ServiceRequest": (PROGRESS,),
    "Task": (ReferralLife(), AcceptedInvitation(), PROGRESS, LateNoMore()),
}


def guards(repository: Repository) -> dict[str, tuple[Guard, ...]]:
    """Give the guards of each type, those too that read rules and forms among the definitions."""
    rules = AlertRules(repository)
    following = (RaisedAlerts(rules), Entrance(rules))
    reading: dict[str, tuple[Guard, ...]] = dict.fromkeys(TYPES, following)
    reading["QuestionnaireResponse"] = (*following, SubmittedScreening(repository))
    return {type: (*GUARDS.get(type, ()), *reading.get(type, ())) for type in {*GUARDS, *reading}}
