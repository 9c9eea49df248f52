"""`$join` and `$leave`: a member comes into a care team, or goes, and their periods are kept.

Defined by us: `https://cordee.example/fhir/OperationDefinition/CareTeam-join` and `-leave`.
"""

from dataclasses import replace
from typing import Any

from cordee.coordination.membership import joined, left
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.operations.parameters import Arguments
from cordee.operations.revision import revise


async def care_team_join(services: Services, request: Request) -> Response:
    """Add a participation from `start` (now if absent) on; give the care team as it is then."""
    given = Arguments(request)
    who = member(given)
    start = given.text("start") or instant(services.clock())
    more = {"role": given.all("role"), "onBehalfOf": given.one("onBehalfOf")}
    kept = {name: value for name, value in more.items() if value}
    done = await revise(services, request, lambda team: joined(team, who, start, kept))
    return replace(done, status=200, location=None)


async def care_team_leave(services: Services, request: Request) -> Response:
    """End the member's open participations at `end` (now if absent); give the care team."""
    given = Arguments(request)
    who = member(given)
    end = given.text("end") or instant(services.clock())
    return await revise(services, request, lambda team: left(team, who, end))


def member(given: Arguments) -> dict[str, Any]:
    """Give the reference to the member; a URL parameter holds it as text. Raises INVALID."""
    found = given.one("member")
    if isinstance(found, str):
        found = {"reference": found}
    if not isinstance(found, dict) or not {"reference", "identifier"} & found.keys():
        text = "The parameter member must be a Reference to who takes part"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    return found
