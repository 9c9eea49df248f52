"""An invitation into a care team: a Task that, once accepted, makes its owner a member.

The Task goes through the states of any Task; accepting it and joining are one transaction.

https://hl7.org/fhir/R4/task.html
"""

from collections.abc import Sequence
from typing import Any

from cordee.coordination.membership import joined
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

SYSTEM = "https://cordee.example/fhir/CodeSystem/coordination-tasks"
CODE = "invitation"
ROLE = "role"
ACCEPTED = frozenset({"accepted", "in-progress", "completed"})

Element = dict[str, Any]


def invitation(
    team: Resource, member: Element, roles: Sequence[Element], now: str, more: Element
) -> Resource:
    """Make the Task that invites `member`; `more` holds requester and description, if any."""
    task: Resource = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "proposal",
        "code": {"coding": [{"system": SYSTEM, "code": CODE}]},
        "focus": {"reference": f"CareTeam/{team['id']}"},
        "authoredOn": now,
        "owner": member,
    } | more
    if "subject" in team:
        task["for"] = team["subject"]
    if roles:
        task["input"] = [
            {
                "type": {"coding": [{"system": SYSTEM, "code": ROLE}]},
                "valueCodeableConcept": role,
            }
            for role in roles
        ]
    return task


def is_invitation(task: Resource | None) -> bool:
    """Tell whether a Task invites into a care team."""
    codings = (task or {}).get("code", {}).get("coding", ())
    return any(one.get("system") == SYSTEM and one.get("code") == CODE for one in codings)


class AcceptedInvitation:
    """Makes the owner of an invitation a member when it is accepted."""

    def concerns(self, change: Change) -> bool:
        """Look only at the step into acceptance."""
        if not is_invitation(change.after) or change.after is None:
            return False
        before = change.before or {}
        return change.after.get("status") in ACCEPTED and before.get("status") not in ACCEPTED

    async def follow(
        self,
        services: Services,
        session: WriteSession,
        request: Request,  # noqa: ARG002 - the port's shape
        change: Change,
    ) -> Sequence[Resource]:
        """Give the care team with the new member. Raises UNPROCESSABLE where there is none."""
        task = change.after or {}
        name = task.get("focus", {}).get("reference", "")
        version = await session.read("CareTeam", name.removeprefix("CareTeam/"))
        if version is None or version.deleted or "owner" not in task:
            text = f"The invitation leads to no care team ({name or 'no focus'}) or has no owner"
            raise FhirError(Category.UNPROCESSABLE, text, expression="Task.focus")
        roles = [each["valueCodeableConcept"] for each in task.get("input", ()) if _is_role(each)]
        more = {"role": roles} if roles else {}
        team = json.parse(version.body)
        after = joined(team, task["owner"], instant(services.clock()), more)
        return () if after is team else (after,)


def _is_role(given: Element) -> bool:
    codings = given.get("type", {}).get("coding", ())
    return "valueCodeableConcept" in given and any(
        one.get("system") == SYSTEM and one.get("code") == ROLE for one in codings
    )
