"""The FHIR base as one ASGI application: from a call to an endpoint, and from its answer to bytes.

A plain ASGI application with a table of places instead of regular-expression routes, because reads
by id spend little time anywhere else (`docs/decisions/0080-starlette-alone.md`).

https://hl7.org/fhir/R4/http.html
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from cordee.access.authentication import NoAuthentication
from cordee.access.caller import ANONYMOUS
from cordee.background import beside
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations import bulk_export
from cordee.web import (
    access,
    auditing,
    binary,
    body,
    callers,
    compression,
    conditional,
    content,
    errors,
    preferences,
)
from cordee.web.admission import Admission
from cordee.web.call import Call
from cordee.web.departure import ASKING, Departure, Departures
from cordee.web.language import language
from cordee.web.place import Place, locate
from cordee.web.respond import Reply, render
from cordee.web.routes import EXPORT_FILE, Endpoint, Routes, not_allowed
from cordee.web.turns import Turns

Sending = Callable[[Send], Awaitable[None]]


class FhirBase:
    """Everything below `/fhir`."""

    def __init__(self, services: Services, admission: Admission) -> None:
        """Build the tables once; `admission` is that of the whole server."""
        settings = services.settings
        self._services = services
        self._routes = Routes(services)
        self._contents = content.Contents(services.repository, settings.max_depth)
        self._limit = settings.max_body_bytes
        self._timeout = settings.request_timeout
        self._compress_from = settings.compress_from_bytes
        self._base_url = settings.base_url.rstrip("/") if settings.base_url else None
        self._turns = Turns()
        self._departures = Departures()
        self._open = isinstance(services.authentication, NoAuthentication)
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        call = Call(scope)
        entered = False
        try:
            self._admission.enter()
            entered = True
            place = locate(call.path)
            if place is not None and place.kind == "export-file":
                await self._send_file(call, place, receive, send)
                return
            async with asyncio.timeout(self._timeout) as limit:
                call.deadline = limit.when()
                reply = await self._answer(call, place, receive)
        except Exception as error:  # noqa: BLE001 - the one place where errors become answers
            reply = await self._refused(error, call)
        finally:
            if entered:
                self._admission.leave()
        await compression.apply(reply, call.headers.get("accept-encoding"), self._compress_from)
        await reply.send(send, head=call.method == "HEAD")

    async def _answer(self, call: Call, place: Place | None, receive: Receive) -> Reply:
        call.open(any_type=place is not None and binary.is_read(call.method, place))
        if place is None:
            raise FhirError(Category.NOT_FOUND, f"{call.method} has no meaning at this address")
        endpoint = self._routes.find(call.method, place)
        call.scope["cordee.interaction"] = endpoint.name
        call.scope["cordee.type"] = place.type
        call.place, call.endpoint = place, endpoint
        base_url = self._base_url or call.base_url
        request = await self._request(call, place, endpoint, receive, base_url)
        if request.body is not None:
            await self._turns.take()
        call.changing = not endpoint.reads
        # Breaking the glass is a write, which is not broken off.
        if endpoint.name in ASKING and request.caller.emergency is None:
            with Departure(self._departures, receive):
                request, response = await access.run(self._services, endpoint, request)
        else:
            request, response = await access.run(self._services, endpoint, request)
        if self._services.audit.on:
            await auditing.answered(self._services, call, request, response)
        if endpoint.prefers:
            response = preferences.apply(response, request.prefer)
        # XML is written anew; JSON goes out as it lies in the store.
        size = len(response.body or b"") if call.format.syntax == "xml" else 0
        return await beside(
            size, partial(render, response, call, self._services.repository, base_url)
        )

    async def _request(
        self, call: Call, place: Place, endpoint: Endpoint, receive: Receive, base_url: str
    ) -> Request:
        # Nothing of a body is read before its sender is known.
        caller = (
            ANONYMOUS
            if self._open or endpoint.open
            else await callers.admitted(self._services, self._admission, call)
        )
        call.caller = caller
        sent, locate, size = content.NOTHING, None, 0
        if endpoint.body != "none":
            data = await body.read(receive, call.headers, self._limit)
            if endpoint.body == "form":
                call.take(content.form(data, call.headers))
            else:
                reading = partial(self._contents.read, endpoint.body, data, call.headers, place)
                sent = await beside(size := len(data), reading)
                locate = content.locator(data, call.headers)
        return Request(
            base_url=base_url,
            type=place.type,
            id=place.id,
            version=place.version,
            query=call.query,
            body=sent.content,
            conditions=conditional.conditions(call.headers),
            prefer=preferences.preferences(call.headers.get("prefer")),
            compartment=place.owner,
            caller=caller,
            request_id=call.request_id,
            address=call.address,
            language=language(call.headers.get("accept-language")),
            size=size,
            deadline=call.deadline,
            locate=locate,
            faults=sent.faults,
        )

    async def _refused(self, error: Exception, call: Call) -> Reply:
        """Answer an error, once it is recorded where the audit wants it."""
        if isinstance(error, TimeoutError) and call.changing:
            error = errors.undecided(call.begun, call.place.type if call.place else None)
        if self._services.audit.on:
            try:
                await auditing.refused(self._services, call, error)
            except FhirError as worse:
                error = worse
        return self._refusal(error, call)

    def _refusal(self, error: Exception, call: Call) -> Reply:
        response = errors.response(error, call.request_id)
        return render(response, call, self._services.repository, "")

    async def _send_file(self, call: Call, place: Place, receive: Receive, send: Send) -> None:
        """Send a file of an export, whatever its size and however long it takes."""
        call.scope["cordee.interaction"] = EXPORT_FILE.name
        if call.method not in {"GET", "HEAD"}:
            raise not_allowed(call.method, ["GET"])
        call.place, call.endpoint = place, EXPORT_FILE
        call.caller = (
            ANONYMOUS
            if self._open
            else await callers.admitted(self._services, self._admission, call)
        )
        request = Request(
            base_url="",
            id=place.id,
            version=place.version,
            caller=call.caller,
            request_id=call.request_id,
            address=call.address,
        )
        path = await bulk_export.file(self._services, request)
        if self._services.audit.on:
            await auditing.answered(self._services, call, request, Response(200))
        answer = FileResponse(path, media_type=bulk_export.NDJSON)
        answer.headers["cache-control"] = "private, no-store"
        await answer(call.scope, receive, send)
