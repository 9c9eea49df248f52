"""Calendar feeds: `/calendar/{secret}.ics`.

RFC 5545.
"""

import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cordee.access.audit.act import Act
from cordee.access.caller import Caller
from cordee.coordination.calendar import digest, feed
from cordee.interactions.services import Services
from cordee.resource import json

MEDIA_TYPE = "text/calendar"
PRIVATE = {"cache-control": "private, max-age=300", "referrer-policy": "no-referrer"}


def routes(services: Services) -> list[Route]:
    """Give the feed's route."""
    links = services.store.secret_links()

    async def calendar(request: Request) -> Response:
        request.scope["cordee.interaction"] = "calendar"
        owner = await links.owner(digest(request.path_params["secret"]))
        if owner is None or not await _is_at_work(services, owner):
            return PlainTextResponse("This link does not work, or no longer.\n", 404)
        begun = time.time()
        written = await feed(services, owner)
        await services.audit.record(_act(request, owner, begun))
        return Response(written, headers=PRIVATE, media_type=MEDIA_TYPE)

    return [Route("/calendar/{secret}.ics", calendar)]


async def _is_at_work(services: Services, owner: str) -> bool:
    """Tell whether the role whose agenda it is still is: who has left reads on with no link."""
    type, _, id = owner.partition("/")
    role = await services.store.read(type, id)
    return (
        role is not None and not role.deleted and json.parse(role.body).get("active") is not False
    )


def _act(request: Request, owner: str, begun: float) -> Act:
    """Tell the audit who read a feed: whoever has the link, in its owner's name."""
    type, _, id = owner.partition("/")
    return Act(
        name="$calendar",
        status=200,
        begun=begun,
        ended=time.time(),
        caller=Caller(subject=owner, name="whoever has the link", references=(owner,)),
        type=type,
        id=id,
        request_id=request.scope.get("cordee.request_id", ""),
        address=request.client.host if request.client else None,
    )
