"""Open dossiers: a websocket that sends the thread of messages anew whenever it changed.

What is sent is what the page itself would show this reader: it is asked of the public API each
time, so that rights that ended end the socket. A process follows the events of the store only while
somebody has a dossier open there.

https://hl7.org/fhir/R4/http.html
RFC 6455 (The WebSocket Protocol), §10.2 (origins)
"""

import asyncio
import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from cordee.background import ended
from cordee.console import words
from cordee.console.api import Api, RefusedError, known_id
from cordee.console.dossier import messages
from cordee.console.login import Login
from cordee.console.page import Reader
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.subscriptions.bells import Bells

PLACE = re.compile(r"/dossier/([A-Za-z0-9\-.]{1,64})/live")
SHOWN = frozenset(("Communication", "DocumentReference"))
FIRST_LOOK, LOOK = 2.0, 60.0
"""Seconds without news after which a socket looks by itself: at first, and then."""
GATHER = 0.2
"""Seconds in which news gather."""
PAUSE = 1.0
REFUSED = 1008
PASSING = frozenset((429, 503, 504))
MOST = 2_000
"""Dossiers that may be open in one process."""
log = structlog.get_logger("cordee.console")


class LiveDossiers:
    """The websockets of dossiers; those of other places go to `others`."""

    def __init__(
        self, services: Services, app: ASGIApp, login: Login | None, others: ASGIApp
    ) -> None:
        """Follow nothing yet."""
        self._services = services
        self._app = app
        self._login = login
        self._others = others
        self._bells = Bells()
        self._open = 0
        self._following: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until it is closed, or its reader may see the record no more."""
        found = PLACE.fullmatch(scope["path"])
        if found is None:
            await self._others(scope, receive, send)
            return
        socket = WebSocket(scope, receive, send)
        zone = ZoneInfo(self._services.settings.timezone)
        page = _Page(self._app, self._login, scope, found[1], zone)
        if not _same_origin(socket) or self._open >= MOST:
            await socket.close(REFUSED)
            return
        try:
            shown = await page.thread()
        except RefusedError:
            await socket.close(REFUSED)
            return
        await socket.accept()
        with self._followed(f"Patient/{found[1]}") as news:
            await _serve(socket, page, news, shown)

    @contextmanager
    def _followed(self, patient: str) -> Iterator[asyncio.Event]:
        """Give what is set whenever something is written in a record."""
        news = asyncio.Event()
        self._bells.hang(patient, news)
        self._open += 1
        if self._following is None:
            self._following = asyncio.create_task(self._follow())
        try:
            yield news
        finally:
            self._bells.take_down(news)
            self._open -= 1
            if not self._open and self._following is not None:
                self._following.cancel()
                self._following = None

    async def close(self) -> None:
        """Follow no more."""
        if self._following is not None:
            await ended(self._following)

    async def _follow(self) -> None:
        while True:
            try:
                async for event in self._services.store.events():
                    if event.version.type in SHOWN:
                        for place in event.compartments:
                            self._bells.ring(place)
            except FhirError as error:
                log.warning("dossiers wait", reason=error.diagnostics)
            await asyncio.sleep(PAUSE)


async def _serve(socket: WebSocket, page: "_Page", news: asyncio.Event, shown: str) -> None:
    hearing = asyncio.create_task(_closed(socket))
    telling = asyncio.create_task(_tell(socket, page, news, shown))
    try:
        await asyncio.wait((hearing, telling), return_when=asyncio.FIRST_COMPLETED)
    finally:
        await ended(hearing, telling)


async def _closed(socket: WebSocket) -> None:
    """Wait until the reader leaves; what they say is not listened to."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass


async def _tell(socket: WebSocket, page: "_Page", news: asyncio.Event, shown: str) -> None:
    """Send the thread whenever it is another; close when the reader may not see it any more."""
    look = FIRST_LOOK
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(look):
                    await news.wait()
                await asyncio.sleep(GATHER)
            look = LOOK
            news.clear()
            try:
                found = await page.thread()
            except RefusedError as error:
                if error.status in PASSING:
                    continue
                await socket.close(REFUSED)
                return
            if found != shown:
                shown = found
                await socket.send_text(found)


@dataclass(frozen=True, slots=True)
class _Page:
    """The thread of one record, as the socket's reader sees it."""

    app: ASGIApp
    login: Login | None
    scope: Scope
    patient: str
    zone: ZoneInfo

    async def thread(self) -> str:
        """Give its HTML. Raises `RefusedError`."""
        request = Request(
            {
                **self.scope,
                "type": "http",
                "method": "GET",
                "scheme": "https" if self.scope["scheme"] == "wss" else "http",
                "path_params": {"id": self.patient},
            }
        )
        language = words.language(request)
        token = self.login.token(request) if self.login is not None else None
        api = Api(self.app, request, language, token)
        reader = Reader(request, api, language, zone=self.zone)
        # A thread of nothing is shown of records that are hidden, too; their sockets must end.
        (await api.get(f"/fhir/Patient/{known_id(self.patient)}")).resource()
        return bytes((await messages(reader)).body).decode()


def _same_origin(socket: WebSocket) -> bool:
    """Tell whether a page of ours opened the socket, as browsers vouch."""
    origin = socket.headers.get("origin", "")
    return origin.partition("://")[2] == socket.headers.get("host")
