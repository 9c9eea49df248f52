"""Is the process alive, can it serve, how does it do."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cordee.errors import FhirError
from cordee.settings import Settings
from cordee.store.port import Store
from cordee.web.middleware.metrics import CONTENT_TYPE, Metrics
from cordee.web.networks import Networks

BEHIND = frozenset(("forwarded", "x-forwarded-for"))
"""Headers that proxies leave; those of an unknown one say that the caller is elsewhere."""


def routes(store: Store, metrics: Metrics, settings: Settings) -> list[Route]:
    """Give the probes' routes. Where callers are authenticated, metrics are for some addresses."""
    readers = Networks(settings.metrics_readers) if settings.auth != "off" else None

    async def live(request: Request) -> Response:
        request.scope["cordee.interaction"] = "live"
        return JSONResponse({"status": "alive"})

    async def ready(request: Request) -> Response:
        request.scope["cordee.interaction"] = "ready"
        try:
            await store.ping()
        except FhirError as error:
            return JSONResponse({"status": "unready", "reason": error.diagnostics}, 503)
        return JSONResponse({"status": "ready"})

    async def measured(request: Request) -> Response:
        request.scope["cordee.interaction"] = "metrics"
        if readers is not None and not _reads(request, readers, settings):
            return JSONResponse({"reason": "see CORDEE_METRICS_READERS"}, 403)
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", measured),
    ]


def _reads(request: Request, readers: Networks, settings: Settings) -> bool:
    """Tell whether the caller may read metrics; behind an unknown proxy, nobody may."""
    hidden = not settings.trusted_proxies and not BEHIND.isdisjoint(request.headers)
    return not hidden and request.client is not None and request.client.host in readers
