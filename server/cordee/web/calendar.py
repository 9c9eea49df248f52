"""Calendar feeds: `/calendar/{secret}.ics`.

RFC 5545.
"""

import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cordee.access.audit.act import Act
from cordee.access.caller import Caller
from cordee.access.identity.directory import Directory
from cordee.coordination.calendar import digest, feed
from cordee.interactions.services import Services

MEDIA_TYPE = "text/calendar"
PRIVATE = {"cache-control": "private, max-age=300", "referrer-policy": "no-referrer"}


def routes(services: Services) -> list[Route]:
    """Give the feed's route."""
    links, directory = services.store.secret_links(), Directory(services.store)

    async def calendar(request: Request) -> Response:
        request.scope["cordee.interaction"] = "calendar"
        owner = await links.owner(digest(request.path_params["secret"]))
        # Who has left reads on with no link.
        if owner is None or not await directory.is_at_work(owner):
            return PlainTextResponse("This link does not work, or no longer.\n", 404)
        begun = time.time()
        written = await feed(services, owner)
        await services.audit.record(_act(request, owner, begun))
        return Response(written, headers=PRIVATE, media_type=MEDIA_TYPE)

    return [Route("/calendar/{secret}.ics", calendar)]


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
