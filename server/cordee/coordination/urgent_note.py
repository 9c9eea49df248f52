"""An urgent note of the liaison booklet is told to the circle, once.

What is told says that there is a note and of which kind, never what it says, and has the label of
the note: it is hidden from whom the note is hidden.

CI-SIS Cahier de liaison 3.0.0; https://hl7.org/fhir/R4/communication.html
"""

from collections.abc import Sequence
from urllib.parse import quote

from cordee.coordination.circle import circle_of
from cordee.coordination.liaison_note import is_note, is_urgent
from cordee.coordination.question import found
from cordee.coordination.thread_label import labels
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

SYSTEM = "https://cordee.example/fhir/NamingSystem/urgent-note"
"""System of the identifier by which what is told knows its note: the note's id."""


class UrgentNote:
    """Tells the circle."""

    def concerns(self, change: Change) -> bool:
        """Look at the step into urgency."""
        return _pressing(change.after) and not _pressing(change.before)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the message to the circle, unless there is no circle or it was told before."""
        del request
        note = change.after or {}
        await session.lock(f"urgent note {change.id}")
        name = f"{quote(SYSTEM)}|{change.id}"
        if await found(services, session, "Communication", f"identifier={name}", count=1):
            return ()
        subject = note["subject"]
        circle = await circle_of(services, session, subject.get("reference", ""))
        if circle is None:
            return ()
        kinds = [coding.get("display") for coding in note["type"].get("coding", ())]
        kind = next(filter(None, kinds), "note")
        told = {
            "resourceType": "Communication",
            "meta": _labels(note),
            "identifier": [{"system": SYSTEM, "value": change.id}],
            "status": "completed",
            "category": [{"text": "Note urgente"}],
            "priority": "urgent",
            "subject": subject,
            "about": [{"reference": f"DocumentReference/{change.id}"}],
            "sent": instant(services.clock()),
            "sender": note["author"][0],
            "recipient": [{"reference": f"CareTeam/{circle['id']}"}],
            "payload": [{"contentString": f"Note urgente dans le cahier de liaison : {kind}"}],
        }
        return ({key: value for key, value in told.items() if value},)


def _pressing(note: Resource | None) -> bool:
    return (
        note is not None and is_note(note) and note.get("status") == "current" and is_urgent(note)
    )


def _labels(note: Resource) -> Resource:
    codings = list(labels(note).values())
    return {"security": codings} if codings else {}
