"""The web application: the FHIR base, the probes and what stands beside them.

https://hl7.org/fhir/R4/http.html
"""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.web import calendar, health
from cordee.web.admission import Admission
from cordee.web.call import BASE_PATH
from cordee.web.fhir import FhirBase
from cordee.web.middleware.metrics import Metrics
from cordee.web.middleware.observation import Observation

EXPOSED = (
    "Content-Location",
    "ETag",
    "Last-Modified",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
    "X-Progress",
    "X-Request-Id",
    "X-Security-Context",
)
"""Answer headers that pages of other origins may read."""


class Paths:
    """Sends everything at and below `/fhir` to the FHIR base, the rest to the pages.

    No router stands before the FHIR base: each layer costs every request a coroutine.
    """

    def __init__(self, base: ASGIApp, pages: ASGIApp) -> None:
        """Keep both applications."""
        self._base = base
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compare the path's beginning, and pass the request on."""
        path: str = scope["path"]
        below = path.startswith(BASE_PATH) and path[len(BASE_PATH) :][:1] in {"", "/"}
        await (self._base if below else self._pages)(scope, receive, send)


def build(
    services: Services,
    metrics: Metrics | None = None,
    more: Sequence[BaseRoute] = (),
    admission: Admission | None = None,
) -> ASGIApp:
    """Make the application that serves `services`; `metrics` may hold those of other work.

    `more` are routes beside the FHIR base that need more than the services; `admission` counts who
    comes in there, and here.
    """
    metrics, admission = metrics or Metrics(), admission or Admission.of(services)
    pages = Starlette(
        routes=[
            *health.routes(services.store, metrics, services.settings),
            *_tokens(services, admission),
            *calendar.routes(services),
            *more,
        ],
    )
    served: ASGIApp = Paths(FhirBase(services, admission), pages)
    for cls, args, kwargs in reversed(_layers(services.settings)):
        served = cls(served, *args, **kwargs)
    return Observation(served, metrics)


def _tokens(services: Services, admission: Admission) -> Sequence[BaseRoute]:
    """Give the token endpoint, whose code is only loaded where there are tokens."""
    if services.settings.auth == "off":
        return ()
    from cordee.web import oauth  # noqa: PLC0415

    return oauth.routes(services, admission)


def _layers(settings: Settings) -> list[Middleware]:
    """Give the layers that the settings ask for, outermost first."""
    layers: list[Middleware] = []
    if settings.otlp_endpoint:
        # Not installed everywhere, and slow to import.
        from cordee.web.middleware.telemetry import Telemetry, otlp_provider  # noqa: PLC0415

        layers.append(Middleware(Telemetry, provider=otlp_provider(settings.otlp_endpoint)))
    if settings.cors_origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=["*"],
                expose_headers=EXPOSED,
            )
        )
    return layers
