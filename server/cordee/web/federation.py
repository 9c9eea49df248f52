"""Where peers tell of news: `/federation/{peer}`, and below it for one record.

The rest-hook of a Subscription of ours. Nothing of what is sent is believed but that there is news:
it is fetched from the peer itself.

https://hl7.org/fhir/R4/subscription.html#channels
"""

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from cordee.federation.office import Office
from cordee.resource.primitives import is_valid

LARGEST = 8_000_000
"""Bytes of a notification; they are not read further."""


def routes(office: Office | None) -> list[Route]:
    """Give the endpoints; none where there are no peers."""
    if office is None:
        return []

    async def news(request: Request) -> Response:
        request.scope["cordee.interaction"] = "federation-news"
        peer, id = request.path_params["peer"], request.path_params.get("id")
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        known = peer in office.partners
        # An unknown peer takes as long as a wrong secret.
        if not hmac.compare_digest(given.encode(), office.secret(peer).encode()) or not known:
            return PlainTextResponse("This is for peers that know the secret.\n", 401)
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > LARGEST:
                return PlainTextResponse("This is too much.\n", 413)
        office.ring(peer, id if id and is_valid("id", id) else None)
        return Response(status_code=200)

    return [
        Route("/federation/{peer}", news, methods=["POST"]),
        Route("/federation/{peer}/Basic/{id}", news, methods=["PUT", "POST"]),
        Route("/federation/{peer}/CareTeam/{id}", news, methods=["PUT", "POST"]),
    ]
