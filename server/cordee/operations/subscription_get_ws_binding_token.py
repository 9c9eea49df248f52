"""`Subscription/$get-ws-binding-token`: a token to be told of subscriptions over a websocket.

http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-get-ws-binding-token
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from cordee.access.caller import Caller
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.operations.parameters import Arguments
from cordee.operations.subscription_status import read, sole, visible
from cordee.resource import json
from cordee.search.filter import EVERYTHING, Ids

LIFETIME = timedelta(minutes=30)
PATH = "subscriptions/websocket"
"""Where websockets connect, below the FHIR base."""


class Grant(msgspec.Struct, frozen=True):
    """What a token allows: to be told of some subscriptions, as one caller, until a time.

    `name` is no other token's: each binds one socket.
    """

    subscriptions: tuple[str, ...]
    caller: Caller
    until: datetime
    name: str


class Tokens:
    """Makes and reads tokens; what seals them is handed over, and no other process needs to know.

    `close` seals a text, `open` gives it back or raises.
    """

    def __init__(self, close: Callable[[str], str], open: Callable[[str], str]) -> None:
        """Take the two ways."""
        self._close = close
        self._open = open

    async def run(self, services: Services, request: Request) -> Response:
        """Give a token for the websocket subscriptions asked for, all of them by default."""
        names = await self._names(services, request)
        grant = Grant(names, request.caller.at_rest(), services.clock() + LIFETIME, _name())
        token = self._close(msgspec.json.encode(grant).decode())
        address = request.base_url.replace("http", "ws", 1)
        rows: list[dict[str, Any]] = [
            {"name": "token", "valueString": token},
            {"name": "expiration", "valueDateTime": instant(grant.until)},
            *({"name": "subscription", "valueString": name} for name in names),
            {"name": "websocket-url", "valueUrl": f"{address}/{PATH}"},
        ]
        made = {"resourceType": "Parameters", "parameter": rows}
        return Response(200, body=json.serialize(made))

    async def _names(self, services: Services, request: Request) -> tuple[str, ...]:
        if request.id is not None:
            found = [await sole(services, request)]
        else:
            ids = Arguments(request).words("id")
            found = await visible(services, request, Ids(tuple(ids)) if ids else EVERYTHING)
        names = tuple(each.id for each in found if read(each)[0].channel == "websocket")
        if not names:
            raise FhirError(Category.INVALID, "There is no such subscription with a websocket")
        return names

    def grant(self, token: str) -> Grant:
        """Read a token. Raises FORBIDDEN when it is not one of ours, or too old."""
        try:
            grant = msgspec.json.decode(self._open(token), type=Grant)
        except (ValueError, msgspec.DecodeError) as error:
            raise FhirError(Category.FORBIDDEN, "This token is not valid") from error
        if grant.until < datetime.now(UTC):
            raise FhirError(Category.FORBIDDEN, "This token has expired")
        return grant


def _name() -> str:
    return secrets.token_urlsafe(16)
