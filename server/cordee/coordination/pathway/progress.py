"""What follows when a step of a pathway ends: the next ones open, or fall away.

A step opens when all it waits for has ended and its `start` conditions hold; they see the step that
ended last as `%previous`. Without such a condition, all it waits for must have been done, or have
been dispensable: a step that `could` be done holds nobody up, one that must be unless documented
only until it says why not. A step whose `stop` conditions hold, or that cannot open any more, is
cancelled, and that is an end too, so what waits for it is decided in the same transaction. When the
last step has ended, so have the RequestGroup and the CarePlan.

https://hl7.org/fhir/R4/requestgroup-definitions.html#RequestGroup.action.relatedAction
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cordee.coordination.expressions import Expressions
from cordee.coordination.pathway.conditions import conditions, hold, seeing
from cordee.coordination.pathway.requests import STEP
from cordee.coordination.pathway.schedule import Window, window
from cordee.coordination.pathway.steps import WAITING
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Reader, WriteSession

Element = dict[str, Any]

DONE = {
    "Task": frozenset({"completed"}),
    "ServiceRequest": frozenset({"completed"}),
    "CommunicationRequest": frozenset({"completed"}),
    "Appointment": frozenset({"fulfilled"}),
}
"""Type of request -> the statuses in which its step was done."""

ENDED = {
    "Task": DONE["Task"] | {"failed", "cancelled", "rejected", "entered-in-error"},
    "ServiceRequest": DONE["ServiceRequest"] | {"revoked", "entered-in-error"},
    "CommunicationRequest": DONE["CommunicationRequest"] | {"revoked", "entered-in-error"},
    "Appointment": DONE["Appointment"] | {"cancelled", "noshow", "entered-in-error"},
}
"""Type of request -> the statuses in which nothing more is to come of it."""

WAITING_STATUS = {"Task": "draft", "Appointment": "proposed"}
OPEN_STATUS = {"Task": "requested", "Appointment": "pending"}
CANCELLED_STATUS = {"Task": "cancelled", "Appointment": "cancelled"}


REASONS = ("statusReason", "cancelationReason")
"""Where a request says why it was not done."""


def step_of(resource: Resource | None) -> tuple[str, str] | None:
    """Give (RequestGroup id, step) of a request of a pathway, None for others."""
    for identifier in (resource or {}).get("identifier", ()):
        if identifier.get("system") == STEP:
            group, _, step = identifier.get("value", "").partition("/")
            return group, step
    return None


def ended(resource: Resource | None) -> bool:
    """Tell whether nothing more is to come of a request."""
    return resource is not None and resource.get("status") in ENDED[resource["resourceType"]]


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a group's actions and their requests, by step, at the moment a step ended."""

    actions: dict[str, Element]
    requests: dict[str, Resource]
    seen: Expressions
    moment: datetime

    def decided(self, action: Element, last: str) -> Resource | None:
        """Give a step as it becomes now that `last` ended, None if it stays as it is."""
        own = self.requests.get(action["id"])
        if own is None or ended(own):
            return None
        if conditions(action, "stop") and hold(self.seen, action, "stop"):
            return _cancelled(own)
        waiting = own["status"] == WAITING_STATUS.get(own["resourceType"], "draft")
        if not waiting or last not in _awaited(action):
            return None
        before = [step for step in _awaited(action) if step in self.requests]
        if not all(ended(self.requests[step]) for step in before):
            return None
        if conditions(action, "start"):
            opens = hold(self.seen, action, "start")
        else:
            opens = all(self._lets_on(step) for step in before)
        if not opens:
            return _cancelled(own)
        status = OPEN_STATUS.get(own["resourceType"], "active")
        return _dated(own | {"status": status}, action, self.moment)

    def _lets_on(self, step: str) -> bool:
        """Tell whether what waits for a step that has ended may go on."""
        own = self.requests[step]
        behaviour = self.actions.get(step, {}).get("requiredBehavior", "must")
        return (
            own["status"] in DONE[own["resourceType"]]
            or behaviour == "could"
            or (behaviour == "must-unless-documented" and any(name in own for name in REASONS))
        )


def _cancelled(own: Resource) -> Resource:
    return own | {"status": CANCELLED_STATUS.get(own["resourceType"], "revoked")}


class Progress:
    """Opens what waited for a step that ends."""

    def concerns(self, change: Change) -> bool:
        """Look at steps that end, deletions included."""
        if step_of(change.after or change.before) is None:
            return False
        return (change.after is None or ended(change.after)) and not ended(change.before)

    async def follow(
        self,
        services: Services,
        session: WriteSession,
        request: Request,  # noqa: ARG002 - the port's shape
        change: Change,
    ) -> Sequence[Resource]:
        """Give the steps that open or fall away, and group and plan when they end."""
        last = change.after or {**(change.before or {}), "status": "entered-in-error"}
        place = step_of(last)
        assert place is not None
        await session.lock(f"pathway {place[0]}")
        group = await _read(session, f"RequestGroup/{place[0]}")
        if group is None or group["status"] != "active" or not _holds(group, place[1], change):
            return ()
        requests = await _requests(session, group)
        requests[place[1]] = last
        moment = services.clock().astimezone(ZoneInfo(services.settings.timezone))
        patient = await _read(session, group["subject"]["reference"]) or {}
        actions = {action["id"]: action for action in _steps(group)}
        look = Look(actions, requests, seeing(services, patient, previous=last), moment)
        following = [
            after
            for action in actions.values()
            if (after := look.decided(action, place[1])) is not None
        ]
        requests |= {step: each for each in following for _, step in filter(None, [step_of(each)])}
        if all(ended(each) for each in requests.values()):
            following += await _closed(session, group)
        return following


def _holds(group: Resource, step: str, change: Change) -> bool:
    """Tell whether the step is this very resource: an identifier alone can be made up."""
    name = f"{change.type}/{change.id}"
    return any(
        action.get("id") == step and action.get("resource", {}).get("reference") == name
        for action in _steps(group)
    )


def _steps(group: Element) -> Iterator[Element]:
    """Give the actions of a RequestGroup that are steps, those in its groups too."""
    for action in group.get("action", ()):
        yield from _steps(action) if "action" in action else (action,)


def _dated(own: Resource, action: Element, moment: datetime) -> Resource:
    """Date an open step anew, from the moment at which what it waited for really ended."""
    length = action.get("timingDuration") or action.get("timingAge")
    offsets = [
        each.get("offsetDuration") or each.get("offsetRange") or {}
        for each in action.get("relatedAction", ())
    ]
    found: Window = window(moment, next(filter(None, offsets), {}), length)
    if own["resourceType"] == "Task":
        return own | {"restriction": own.get("restriction", {}) | {"period": found.period()}}
    if own["resourceType"] == "Appointment":
        return own | {"requestedPeriod": [found.period()]}
    return own | {"occurrencePeriod": found.period()}


def _awaited(action: Element) -> list[str]:
    return [
        each["actionId"]
        for each in action.get("relatedAction", ())
        if each["relationship"] in WAITING
    ]


async def _closed(session: Reader, group: Resource) -> list[Resource]:
    """End the group, and the plan that holds it."""
    over = [group | {"status": "completed"}]
    for based in group.get("basedOn", ()):
        plan = await _read(session, based.get("reference", ""))
        if plan is not None and plan["resourceType"] == "CarePlan" and plan["status"] == "active":
            over.append(plan | {"status": "completed"})
    return over


async def _requests(session: Reader, group: Resource) -> dict[str, Resource]:
    """Give the requests of a group by step; one that is gone counts as ended."""
    keys = {}
    for action in _steps(group):
        type, _, id = action.get("resource", {}).get("reference", "").partition("/")
        if type in ENDED:
            keys[(type, id)] = action["id"]
    found = await session.read_many(list(keys))
    return {keys[key]: json.parse(version.body) for key, version in found.items()}


async def _read(session: Reader, reference: str) -> Resource | None:
    type, _, id = reference.partition("/")
    version = await session.read(type, id) if id else None
    return None if version is None or version.deleted else json.parse(version.body)
