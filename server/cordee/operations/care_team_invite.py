"""`$invite`: ask somebody into a care team.

Defined by us: `https://cordee.example/fhir/OperationDefinition/CareTeam-invite`.
"""

from dataclasses import replace

from cordee.coordination.invitation import invitation
from cordee.errors import Category, FhirError
from cordee.interactions.create import create
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.operations.care_team_membership import member
from cordee.operations.parameters import Arguments
from cordee.operations.stored_instance import stored_instance


async def care_team_invite(services: Services, request: Request) -> Response:
    """Make the Task by which the person invited accepts or declines, and give it."""
    given = Arguments(request)
    who, roles = member(given), given.all("role")
    team = await stored_instance(services, request)
    if team is None:
        raise FhirError(Category.INVALID, "$invite is called on one CareTeam")
    more = {
        "requester": given.element("requester", "Reference"),
        "description": given.text("message"),
    }
    if more["requester"] is None and request.caller.references:
        more["requester"] = {"reference": request.caller.references[0]}
    kept = {name: value for name, value in more.items() if value}
    task = invitation(team, who, roles, instant(services.clock()), kept)
    made = Request(request.base_url, "Task", body=task, caller=request.caller)
    return replace(await create(services, made), status=200)
