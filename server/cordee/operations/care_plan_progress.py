"""`CarePlan/$progress`: how far a plan got, with what is due and what is late.

Defined by us: `https://cordee.example/fhir/OperationDefinition/CarePlan-progress`.
"""

from collections import Counter
from typing import get_args

from cordee.coordination.plan_progress import State, activities
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.exchange import Request, Response
from cordee.interactions.linking import local_key
from cordee.interactions.services import Services
from cordee.operations.parameters import group, parameters, row
from cordee.operations.stored_instance import stored_instance
from cordee.resource import json

STATES: tuple[State, ...] = get_args(State)


async def care_plan_progress(services: Services, request: Request) -> Response:
    """Give how many activities are in each state, and each with its status and its term.

    Activities that the caller may not see, and groups of them, are not counted.
    """
    plan = await stored_instance(services, request)
    if plan is None:
        raise FhirError(Category.INVALID, "$progress is called on one CarePlan")
    named = (each.get("reference", {}).get("reference", "") for each in plan.get("activity", ()))
    keys = [key for key in (local_key(services, name) for name in named) if key is not None]
    wanted = [key for key in dict.fromkeys(keys) if key[0] != "RequestGroup"]
    found = await visibility.living(services, services.store, request.caller, wanted)
    resources = [json.parse(found[key].body) for key in wanted if key in found]
    now = int(services.clock().timestamp() * 1000)
    states = activities(resources, now)
    counts = Counter(each.state for each in states)
    rows = [row("total", "valueInteger", len(states))]
    rows += [row(state, "valueInteger", counts[state]) for state in STATES]
    rows += [
        group(
            "activity",
            [
                row("reference", "valueReference", {"reference": each.reference}),
                row("status", "valueCode", each.status),
                row("state", "valueCode", each.state),
                row("term", "valueDateTime", each.term),
            ],
        )
        for each in states
    ]
    return Response(200, resource=parameters(rows))
