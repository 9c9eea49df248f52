"""What every request gets, in one layer: an id, safe headers, a log line and its metrics.

One layer instead of four because each one wraps `send` and costs every request a coroutine.
"""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cordee.web.middleware import access_log
from cordee.web.middleware.metrics import Metrics
from cordee.web.middleware.request_id import HEADER, request_id
from cordee.web.middleware.security_headers import security_headers


class Observation:
    """Wraps an ASGI application; the id is in the scope as `cordee.request_id`."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Keep the wrapped application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, adding headers to its answer and counting it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()
        scope["cordee.request_id"] = identity = request_id(scope)
        added = [(HEADER, identity.encode()), *security_headers(scope["scheme"])]
        status, size = 500, 0

        async def observed(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *added]
            else:
                size += len(message.get("body", b""))
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, observed)
        finally:
            self._metrics.in_flight.dec()
            seconds = perf_counter() - begun
            interaction = scope.get("cordee.interaction", "other")
            self._metrics.observe(interaction, status, seconds, size)
            access_log.write(scope, status, seconds, size)
