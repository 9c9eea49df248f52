"""A screening that somebody submits becomes a Task for who coordinates.

Whoever notices a frailty need not belong to the circle, and gains nothing by telling: the Task is
made by the server. A form is a screening if its `code` says so.

https://hl7.org/fhir/R4/questionnaireresponse.html
"""

from collections.abc import Sequence
from typing import Any

from cordee.coordination.circle import circle_of
from cordee.coordination.form.admission import FINAL
from cordee.coordination.invitation import SYSTEM
from cordee.coordination.pathway.members import Members
from cordee.definitions.repository import Repository
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

SCREENING = "screening"
COORDINATOR: dict[str, Any] = {
    "coding": [
        {
            "system": "https://mos.esante.gouv.fr/NOS/TRE_R85-RolePriseCharge/FHIR/"
            "TRE-R85-RolePriseCharge",
            "code": "330",
        }
    ]
}


class SubmittedScreening:
    """Makes the Task when a screening is completed."""

    def __init__(self, repository: Repository) -> None:
        """Take the definitions, among which the forms are."""
        self._repository = repository

    def concerns(self, change: Change) -> bool:
        """Look at the step into completion of a screening form."""
        after = change.after
        if after is None or after.get("status") not in FINAL or "questionnaire" not in after:
            return False
        if (change.before or {}).get("status") in FINAL:
            return False
        return self._form(after) is not None

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the Task, for the coordinator of the person's circle where there is one."""
        del request
        after = change.after or {}
        subject = after.get("subject", {})
        whose = subject.get("reference", "")
        circle = await circle_of(services, session, whose) if whose else None
        members = await Members.of(services, session, whose, circle)
        owner, _ = members.who([{"type": "practitioner", "role": COORDINATOR}])
        title = (self._form(after) or {}).get("title", "questionnaire")
        task = {
            "resourceType": "Task",
            "status": "requested",
            "intent": "proposal",
            "code": {"coding": [{"system": SYSTEM, "code": SCREENING}]},
            "description": f"Inclusion à étudier : {title}",
            "focus": {"reference": f"QuestionnaireResponse/{change.id}"},
            "for": subject or None,
            "authoredOn": instant(services.clock()),
            "requester": after.get("author"),
            "performerType": None if owner else [COORDINATOR],
            "owner": owner,
        }
        return ({name: value for name, value in task.items() if value is not None},)

    def _form(self, response: Resource) -> Resource | None:
        """Give the form of a response if it is a screening."""
        form = self._repository.find(response["questionnaire"], "Questionnaire")
        codes = (form or {}).get("code", ())
        marked = any((c.get("system"), c.get("code")) == (SYSTEM, SCREENING) for c in codes)
        return form if marked else None
