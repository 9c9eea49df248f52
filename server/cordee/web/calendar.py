"""Calendar feeds: `/calendar/{secret}.ics`.

RFC 5545.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cordee.coordination.calendar import digest, feed
from cordee.interactions.services import Services

MEDIA_TYPE = "text/calendar"
PRIVATE = {"cache-control": "private, max-age=300", "referrer-policy": "no-referrer"}


def routes(services: Services) -> list[Route]:
    """Give the feed's route."""
    links = services.store.secret_links()

    async def calendar(request: Request) -> Response:
        request.scope["cordee.interaction"] = "calendar"
        owner = await links.owner(digest(request.path_params["secret"]))
        if owner is None:
            return PlainTextResponse("This link does not work, or no longer.\n", 404)
        return Response(await feed(services, owner), headers=PRIVATE, media_type=MEDIA_TYPE)

    return [Route("/calendar/{secret}.ics", calendar)]
