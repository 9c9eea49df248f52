"""Is the process alive, can it serve, how does it do."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cordee.errors import FhirError
from cordee.store.port import Store
from cordee.web.middleware.metrics import CONTENT_TYPE, Metrics


def routes(store: Store, metrics: Metrics) -> list[Route]:
    """Give the probes' routes."""

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
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", measured),
    ]
