"""What a step becomes: a Task, a ServiceRequest, an Appointment or a CommunicationRequest.

The kind comes from the ActivityDefinition that the action names; without one it is a Task. A step
that waits for another is `draft` (an appointment `proposed`) until that one has ended.

https://hl7.org/fhir/R4/activitydefinition-operation-apply.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cordee.coordination.pathway.schedule import Window
from cordee.resource.types import Resource

STEP = "https://cordee.example/fhir/NamingSystem/pathway-step"
"""System of the identifier by which a request knows its step: "<RequestGroup id>/<step>"."""

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that one request is made from.

    `owner` is the member who is to do it, None if nobody has the role; `role` is then what is
    looked for. `waits` tells whether another step comes first.
    """

    id: str
    step: str
    group: str
    plan: str
    patient: str
    title: str
    action: Element
    definition: Resource
    window: Window
    now: datetime
    waits: bool
    owner: Element | None = None
    role: Element | None = None
    requester: Element | None = None


def request(order: Order) -> Resource:
    """Make the resource of a step."""
    kind = order.definition.get("kind", "Task")
    made = KINDS.get(kind, _task)(order)
    identifier = [{"system": STEP, "value": f"{order.group}/{order.step}"}]
    return {"resourceType": made.pop("resourceType"), "id": order.id, "identifier": identifier} | {
        name: value for name, value in made.items() if value not in (None, [], {})
    }


def based_on(*references: str) -> list[Element]:
    """Refer to each."""
    return [{"reference": reference} for reference in references]


def _code(order: Order) -> Element | None:
    found: list[Element] = [order.definition.get("code") or {}, *order.action.get("code", ())]
    return next(filter(None, found), None)


def _said(order: Order) -> str:
    action, definition = order.action, order.definition
    for text in (action.get("description"), definition.get("description"), order.title):
        if text:
            return str(text)
    return order.step


def _task(order: Order) -> Resource:
    return {
        "resourceType": "Task",
        "instantiatesCanonical": order.definition.get("url"),
        "basedOn": based_on(order.plan),
        "groupIdentifier": {"system": STEP, "value": order.group},
        "status": "draft" if order.waits else "requested",
        "intent": "plan",
        "priority": order.action.get("priority"),
        "code": _code(order),
        "description": _said(order),
        "for": {"reference": order.patient},
        "authoredOn": order.now.isoformat(timespec="seconds"),
        "requester": order.requester,
        "performerType": [order.role] if order.role and order.owner is None else None,
        "owner": order.owner,
        "restriction": {"period": order.window.period()},
    }


def _service_request(order: Order) -> Resource:
    canonical = order.definition.get("url")
    return {
        "resourceType": "ServiceRequest",
        "instantiatesCanonical": [canonical] if canonical else None,
        "basedOn": based_on(order.plan),
        "requisition": {"system": STEP, "value": order.group},
        "status": "draft" if order.waits else "active",
        "intent": "plan",
        "priority": order.action.get("priority"),
        "code": _code(order) or {"text": _said(order)},
        "subject": {"reference": order.patient},
        "occurrencePeriod": order.window.period(),
        "authoredOn": order.now.isoformat(timespec="seconds"),
        "requester": order.requester,
        "performerType": order.role if order.owner is None else None,
        "performer": [order.owner] if order.owner else None,
    }


def _communication_request(order: Order) -> Resource:
    payload = [{"contentString": _said(order)}]
    return {
        "resourceType": "CommunicationRequest",
        "basedOn": based_on(order.plan),
        "groupIdentifier": {"system": STEP, "value": order.group},
        "status": "draft" if order.waits else "active",
        "category": [code] if (code := _code(order)) else None,
        "priority": order.action.get("priority"),
        "subject": {"reference": order.patient},
        "payload": payload,
        "occurrencePeriod": order.window.period(),
        "authoredOn": order.now.isoformat(timespec="seconds"),
        "requester": order.requester,
        "recipient": [{"reference": order.patient}],
        "sender": order.owner if _may_send(order.owner) else None,
    }


def _may_send(owner: Element | None) -> bool:
    return owner is not None and not owner.get("reference", "").startswith("CareTeam/")


def _appointment(order: Order) -> Resource:
    who: list[Element] = [{"actor": {"reference": order.patient}, "status": "needs-action"}]
    if order.owner is not None:
        who.append({"actor": order.owner, "status": "needs-action"})
    return {
        "resourceType": "Appointment",
        "status": "proposed",
        "serviceType": [code] if (code := _code(order)) else None,
        "description": _said(order),
        "created": order.now.isoformat(timespec="seconds"),
        "participant": who,
        "requestedPeriod": [order.window.period()],
    }


KINDS: Mapping[str, Callable[[Order], Resource]] = {
    "Task": _task,
    "ServiceRequest": _service_request,
    "CommunicationRequest": _communication_request,
    "Appointment": _appointment,
}
"""ActivityDefinition.kind -> what makes it; other kinds become Tasks that name the definition."""
