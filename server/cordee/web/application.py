"""The web application: the FHIR base, the probes and the front page, in one Starlette.

https://hl7.org/fhir/R4/http.html
"""

from starlette.applications import Starlette
from starlette.datastructures import URLPath
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Match, NoMatchFound, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.web import health
from cordee.web.call import BASE_PATH
from cordee.web.fhir import FhirBase
from cordee.web.front_page import front_page
from cordee.web.middleware.metrics import Metrics
from cordee.web.middleware.observation import Observation

EXPOSED = (
    "Content-Location",
    "ETag",
    "Last-Modified",
    "Location",
    "Retry-After",
    "X-Progress",
    "X-Request-Id",
)
"""Answer headers that pages of other origins may read."""


class FhirRoute(BaseRoute):
    """Sends everything at and below `/fhir` to the FHIR base, without a regular expression."""

    def __init__(self, app: ASGIApp) -> None:
        """Keep the FHIR base."""
        self._app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Compare the path's beginning."""
        path: str = scope["path"]
        below = path.startswith(BASE_PATH) and path[len(BASE_PATH) :][:1] in {"", "/"}
        return (Match.FULL if below and scope["type"] == "http" else Match.NONE), {}

    def url_path_for(self, name: str, /, **path_params: object) -> URLPath:
        """Refuse: nothing below is known by name."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        await self._app(scope, receive, send)


def build(services: Services) -> Starlette:
    """Make the application that serves `services`."""
    metrics = Metrics()
    return Starlette(
        routes=[
            FhirRoute(FhirBase(services)),
            *health.routes(services.store, metrics),
            Route("/", front_page),
        ],
        middleware=_layers(services.settings, metrics),
    )


def _layers(settings: Settings, metrics: Metrics) -> list[Middleware]:
    """Give the layers in force, outermost first."""
    layers = [Middleware(Observation, metrics=metrics)]
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
