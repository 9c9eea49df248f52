"""An invitation into a care team: a Task that, once accepted, makes its owner a member.

The Task goes through the states of any Task; accepting it and joining are one transaction.

https://hl7.org/fhir/R4/task.html
"""

from collections.abc import Sequence
from typing import Any

from cordee.coordination.membership import joined
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
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
ASKED = ("code", "focus", "owner", "for", "input")
"""What an invitation asks; it stays as it was."""

OPEN = frozenset({"requested", "received"})
ACCEPTED = frozenset({"accepted", "in-progress", "completed"})

Element = dict[str, Any]


def invitation(
    team: Resource, member: Element, roles: Sequence[Element], now: str, more: Element
) -> Resource:
    """Make the Task that invites `member`; `more` holds requester and description, if any.

    It does not name the person, whose record who is invited cannot see yet.
    """
    task: Resource = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "proposal",
        "code": {"coding": [{"system": SYSTEM, "code": CODE}]},
        "focus": {"reference": f"CareTeam/{team['id']}"},
        "authoredOn": now,
        "owner": member,
    } | more
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
    """Makes the owner of an invitation a member when they accept it.

    Who invites must be allowed to change the care team, and what was asked cannot be changed on the
    way: a Task that says of itself that it was accepted opens no door.
    """

    def concerns(self, change: Change) -> bool:
        """Look at every change of an invitation, and of what was or becomes one."""
        if change.after is None:
            return False
        return is_invitation(change.after) or is_invitation(change.before)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the care team with the new member, when the invitation is accepted.

        Raises FORBIDDEN for who may not invite or accept, CONFLICT where the invitation is changed,
        UNPROCESSABLE where it leads nowhere.
        """
        task, before = change.after or {}, change.before
        if before is None:
            if task.get("status") in ACCEPTED:
                raise _conflict("An invitation begins as a request, it cannot begin accepted")
            _check_may_change(services, request, task, await _team(session, task))
            return ()
        if any(task.get(name) != before.get(name) for name in ASKED):
            raise _conflict("Who is invited, where and as what cannot be changed: invite anew")
        team = await _team(session, task)
        if task.get("status") not in ACCEPTED or before.get("status") in ACCEPTED:
            return ()
        if before.get("status") not in OPEN:
            raise _conflict(f"The invitation is {before.get('status')}: invite anew")
        caller = request.caller
        if caller.subject is not None and task["owner"].get("reference") not in caller.references:
            raise FhirError(Category.FORBIDDEN, "Only who is invited may accept an invitation")
        roles = [each["valueCodeableConcept"] for each in task.get("input", ()) if _is_role(each)]
        after = joined(
            team, task["owner"], instant(services.clock()), {"role": roles} if roles else {}
        )
        return () if after is team else (after,)


async def _team(session: WriteSession, task: Resource) -> Resource:
    version = await session.read("CareTeam", _focus(task).removeprefix("CareTeam/"))
    if version is None or version.deleted or "owner" not in task:
        raise _leads_nowhere(task)
    return json.parse(version.body)


def _focus(task: Resource) -> str:
    return str(task.get("focus", {}).get("reference", ""))


def _leads_nowhere(task: Resource) -> FhirError:
    name = _focus(task) or "no focus"
    text = f"The invitation leads to no care team ({name}) or has no owner"
    return FhirError(Category.UNPROCESSABLE, text, expression="Task.focus")


def _check_may_change(services: Services, request: Request, task: Resource, team: Resource) -> None:
    states = (services.registry.extract(team),)
    if not visibility.sees(services, request.caller, "CareTeam", *states):
        raise _leads_nowhere(task)
    if not services.policy.may(request.caller, "update", "CareTeam", lambda: states):
        text = "Only who may change a care team may invite into it"
        raise FhirError(Category.FORBIDDEN, text, expression="Task.focus")


def _conflict(text: str) -> FhirError:
    return FhirError(Category.CONFLICT, text, expression="Task")


def _is_role(given: Element) -> bool:
    codings = given.get("type", {}).get("coding", ())
    return "valueCodeableConcept" in given and any(
        one.get("system") == SYSTEM and one.get("code") == ROLE for one in codings
    )
