"""A request under the rules of access: its caller prepared, the glass broken, parts hidden.

What is remembered of a caller's rights must be compared with the database before it counts. A read
goes ahead, the comparison comes along with what it finds, and it is done again if the rights turn
out to have changed.
"""

from dataclasses import replace

from cordee.access.policy import Provisional
from cordee.interactions import emergency
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.store.witness import ASKED
from cordee.web.routes import READING, Endpoint


async def run(services: Services, endpoint: Endpoint, request: Request) -> tuple[Request, Response]:
    """Run an interaction for its caller as the rules see them now; give the request as it was run.

    Raises what the interaction, or the breaking of the glass, raises.
    """
    policy, caller = services.policy, request.caller
    if caller.emergency is None and endpoint.name in READING:
        remembered = policy.provisional(caller)
        done = await _meanwhile(services, endpoint, request, remembered) if remembered else None
        if done is not None:
            return done
    prepared = await policy.prepare(caller)
    if prepared is not caller:
        request = replace(request, caller=prepared)
    if caller.emergency is not None:
        request = await emergency.break_glass(services, request, reading=endpoint.reads)
    return request, _veiled(services, request, await endpoint.run(services, request))


async def _meanwhile(
    services: Services, endpoint: Endpoint, request: Request, remembered: Provisional
) -> tuple[Request, Response] | None:
    """Run a read by the rights remembered; None, whatever it gave, if they do not hold any more."""
    request = replace(request, caller=remembered.caller)
    asked = ASKED.set(remembered.witness)
    try:
        response = await endpoint.run(services, request)
    except Exception:
        if await remembered.holds():
            raise
        return None
    finally:
        ASKED.reset(asked)
    return (request, _veiled(services, request, response)) if await remembered.holds() else None


def _veiled(services: Services, request: Request, response: Response) -> Response:
    """Give an answer without what is hidden from the caller in resources that they may see."""
    veil = services.policy.veil(request.caller)
    if veil is None or (response.body is None and response.resource is None):
        return response
    body = json.serialize(response.resource) if response.body is None else response.body
    return replace(response, body=veil.hide(body), resource=None)
