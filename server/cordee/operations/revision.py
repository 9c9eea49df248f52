"""A change of one resource by an operation: read, change, store as the next version.

An update that comes in between makes it start again, so that no operation undoes another's work.
"""

from collections.abc import Callable
from dataclasses import replace

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Conditions, Request, Response
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.interactions.update import update
from cordee.resource import json
from cordee.resource.types import Resource

TRIES = 5
RACED = frozenset({Category.CONFLICT, Category.PRECONDITION_FAILED})


async def revise(
    services: Services, request: Request, change: Callable[[Resource], Resource]
) -> Response:
    """Store what `change` makes of the resource that the request names; give its answer.

    Nothing is stored where `change` gives back the resource as it was. `change` must not touch its
    argument. Raises what reading and storing raise, CONFLICT when others are always faster.
    """
    for left in reversed(range(TRIES)):
        try:
            return await _once(services, request, change)
        except FhirError as error:
            if error.category not in RACED or not left:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


async def _once(
    services: Services, request: Request, change: Callable[[Resource], Resource]
) -> Response:
    plain = Request(request.base_url, request.type, request.id, caller=request.caller)
    current = await read(services, plain)
    resource = json.parse(current.body or b"{}")
    after = change(resource)
    if after == resource:
        return current
    unraced = Conditions(if_match=str(current.version))
    return await update(services, replace(plain, body=after, conditions=unraced))
