"""Websockets of subscribers: they bind to subscriptions and are told of events as they come.

R4's own way is `bind [id]`, answered by `bound [id]`, then `ping [id]` whenever there is news. The
backport guide's is `bind-with-token [token]`, answered by a handshake for each subscription of the
token, then notification Bundles; a token binds one socket, once. A socket reads the queue, so that
any process can serve it.

https://hl7.org/fhir/R4/subscription.html#websocket
http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html#websockets
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from datetime import datetime

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from cordee.access.authorization_server.records import UsedOnce
from cordee.access.caller import ANONYMOUS, Caller
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.at_rest import roused
from cordee.operations.subscription_get_ws_binding_token import PATH, Tokens
from cordee.operations.subscription_notification import Kind, Told, notification
from cordee.operations.subscription_status import read
from cordee.operations.subscription_terms import Terms
from cordee.subscriptions import message
from cordee.subscriptions.channel import formatted
from cordee.subscriptions.office import Office, base_of
from cordee.subscriptions.roster import LISTENING
from cordee.subscriptions.seal import Seal

PLACE = "websocket"
LOOK = 1.0
"""Seconds after which the queue is looked at without being rung for: others may have queued."""
MOST = 50
"""Events of one message, unless the subscription says."""
REFUSED, BUSY = 1008, 1013
"""Close codes: policy violation (RFC 6455 §7.4.1), try again later."""
OPEN = 5_000
"""Sockets that one process serves at once."""
BIND = 30.0
"""Seconds in which a socket that is bound to nothing must say to what."""
MISTAKES = 20
"""Messages without a meaning after which a socket is closed."""


def subscription_tokens(seal: Seal) -> Tokens:
    """Give what makes and reads the tokens of websockets."""
    return Tokens(lambda text: seal.close(text, PLACE), lambda text: seal.open(text, PLACE))


@dataclass(slots=True)
class Bound:
    """One subscription that a socket is bound to, and the number it has been told up to.

    `said` is when something was said of it.
    """

    terms: Terms
    caller: Caller
    told: int
    until: datetime | None = None
    said: float = field(default_factory=time.monotonic)

    def silent(self) -> bool:
        """Tell whether a heartbeat is due."""
        period = self.terms.heartbeat if self.terms.topic else None
        return period is not None and time.monotonic() - self.said >= max(period, LOOK)


@dataclass(slots=True)
class Session:
    """One socket."""

    office: Office
    tokens: Tokens
    used: UsedOnce
    socket: WebSocket
    bound: dict[str, Bound] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Serve the socket until it is closed."""
        await self.socket.accept()
        telling = asyncio.create_task(self._tell_all())
        hearing = asyncio.create_task(self._hear())
        try:
            done, _ = await asyncio.wait((telling, hearing), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                    task.result()
        except FhirError:
            with contextlib.suppress(RuntimeError):
                await self.socket.close(1011)
        finally:
            self.office.bells.take_down(self.news)
            for task in (telling, hearing):
                task.cancel()
            await asyncio.wait((telling, hearing))

    async def _hear(self) -> None:
        mistakes = 0
        try:
            while mistakes < MISTAKES:
                async with asyncio.timeout(None if self.bound else BIND):
                    word, _, rest = (await self._heard()).strip().partition(" ")
                if word == "bind":
                    await self._bind(rest.strip())
                elif word == "bind-with-token":
                    await self._bind_by_token(rest.strip())
                else:
                    mistakes += 1
                    await self.socket.send_text("error: say `bind [id]` or `bind-with-token …`")
            await self.socket.close(REFUSED, "Nothing that was said has a meaning here")
        except TimeoutError:
            await self.socket.close(REFUSED, f"Nothing was bound within {BIND:g} seconds")
        except FhirError as error:
            await self.socket.send_text(f"error: {error}")
            await self.socket.close(REFUSED)

    async def _heard(self) -> str:
        """Give what the other side says; bytes have no meaning here. Raises when it has left."""
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        return message.get("text") or ""

    async def _bind(self, id: str) -> None:
        if self.office.services.settings.auth != "off":
            await self.socket.send_text("error: bind with a token of $get-ws-binding-token")
            return
        if await self._keep(id, ANONYMOUS, None) is None:
            await self.socket.send_text(f"error: {id} is no active subscription with a websocket")
        else:
            await self.socket.send_text(f"bound {id}")
            self.news.set()

    async def _bind_by_token(self, token: str) -> None:
        grant = self.tokens.grant(token)
        if not await self.used.first(f"{PLACE}:{grant.name}", grant.until):
            raise FhirError(Category.FORBIDDEN, "This token was used before; ask for another one")
        for id in grant.subscriptions:
            bound = await self._keep(id, grant.caller, grant.until)
            if bound is not None and bound.terms.topic:
                await self._send(bound, "handshake", bound.told, ())
            elif bound is not None:
                await self.socket.send_text(f"bound {id}")
        self.news.set()

    async def _keep(self, id: str, caller: Caller, until: datetime | None) -> Bound | None:
        terms = await self._terms(id, caller)
        if terms is None:
            return None
        state = await self.office.queue.state(id)
        self.bound[id] = Bound(terms, caller, state.last, until)
        self.office.bells.hang(id, self.news)
        return self.bound[id]

    async def _terms(self, id: str, caller: Caller) -> Terms | None:
        """Give what a subscription asks for now; None where there is nothing to tell the caller."""
        services = self.office.services
        asking = await roused(services, caller)
        found = await visibility.current(services, services.store, asking, "Subscription", id)
        if found is None or found.deleted:
            return None
        terms, _ = read(found)
        return terms if terms.channel == "websocket" and terms.status in LISTENING else None

    async def _tell_all(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self.news.wait()
            self.news.clear()
            for bound in list(self.bound.values()):
                if bound.until is not None and self.office.services.clock() > bound.until:
                    await self.socket.close(REFUSED, "The token has expired")
                    return
                await self._tell(bound)

    async def _tell(self, bound: Bound) -> None:
        last = (await self.office.queue.state(bound.terms.id)).last
        if last <= bound.told and not bound.silent():
            return
        terms = await self._terms(bound.terms.id, bound.caller)
        if terms is None:
            del self.bound[bound.terms.id]
            return
        bound.terms = terms
        if last <= bound.told:
            await self._send(bound, "heartbeat", bound.told, ())
            return
        if bound.terms.topic is None:
            bound.told = last
            await self.socket.send_text(f"ping {bound.terms.id}")
            return
        most = bound.terms.max_count if bound.terms.max_count > 1 else MOST
        while bound.told < last:
            events = await self.office.queue.events(
                bound.terms.id, bound.told + 1, last, limit=most
            )
            if not events:
                return
            items = [(event, None) for event in events]
            told = await message.told(self.office.services, bound.terms, bound.caller, items)
            await self._send(bound, "event-notification", events[-1].number, told)
            bound.told = events[-1].number

    async def _send(
        self, bound: Bound, kind: Kind, since: int, told: list[Told] | tuple[()]
    ) -> None:
        services = self.office.services
        base = base_of(services.settings)
        body = notification(base, bound.terms, kind, since, told, moment=services.clock())
        await self.socket.send_text(formatted(services, bound.terms, body).decode())
        bound.said = time.monotonic()


class Sockets:
    """The ASGI application of websockets."""

    def __init__(self, office: Office, tokens: Tokens, used: UsedOnce) -> None:
        """Take the tools; `used` tells which tokens bound a socket before."""
        self._office = office
        self._tokens = tokens
        self._used = used
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket; those that ask for another place are turned away."""
        socket = WebSocket(scope, receive, send)
        if scope["path"] != f"/fhir/{PATH}":
            await socket.close(1000)
            return
        if self._open >= OPEN:
            await socket.close(BUSY)
            return
        self._open += 1
        try:
            await Session(self._office, self._tokens, self._used, socket).run()
        finally:
            self._open -= 1
