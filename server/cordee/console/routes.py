"""Which page stands where."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from cordee.console import assets, words
from cordee.console.api import Api, RefusedError
from cordee.console.dossier import dossier, messages
from cordee.console.explore import explore_history, explore_home, explore_instance, explore_type
from cordee.console.fetch import Fetch
from cordee.console.guide_pages import SERVER, GuidePages, package
from cordee.console.home import home
from cordee.console.login import Login
from cordee.console.operate import Operations
from cordee.console.page import Reader
from cordee.console.running_jobs import RunningJobs
from cordee.console.validate import validate, validate_form
from cordee.interactions.services import Services
from cordee.store.mongo_store import MongoStore
from cordee.store.notification_queue import NotificationQueue
from cordee.store.statistics import Statistics

Page: TypeAlias = Callable[[Reader], Awaitable[Response]]


def routes(
    services: Services,
    app: ASGIApp,
    queue: NotificationQueue,
    statistics: Statistics,
    login: Login | None = None,
) -> list[Route]:
    """Give the pages of a server whose public API `app` serves; `login` where people log in."""
    assert isinstance(services.store, MongoStore)
    jobs = RunningJobs(services, services.store.exchanges(), services.store.import_runs())
    operations = Operations(queue, statistics, jobs, open=services.settings.auth == "off")
    guide = GuidePages(services.repository)
    zone = ZoneInfo(services.settings.timezone)
    limit, fetch = services.settings.max_body_bytes, Fetch(services.settings)
    table: tuple[tuple[str, str, str, Page], ...] = (
        ("GET", "/", "home", home),
        ("GET", "/validate", "validate", validate_form),
        ("POST", "/validate", "validate", lambda reader: validate(reader, limit, fetch)),
        ("GET", "/dossier", "dossier-search", home),
        ("GET", "/dossier/{id}", "dossier", dossier),
        ("GET", "/dossier/{id}/messages", "dossier-messages", messages),
        ("GET", "/explore", "explore", explore_home),
        ("GET", "/explore/{type}", "explore", explore_type),
        ("GET", "/explore/{type}/{id}", "explore", explore_instance),
        ("GET", "/explore/{type}/{id}/_history", "explore", explore_history),
        ("GET", "/explore/{type}/{id}/_history/{version}", "explore", explore_instance),
        ("GET", "/ig/", "guide", guide.index),
        ("GET", "/ig/brick/{name}.html", "guide", guide.brick),
        ("GET", "/ig/example/{name}.html", "guide", guide.example),
        ("GET", "/ig/changes.html", "guide", guide.changes),
        ("GET", f"/ig/{SERVER}.html", "guide", guide.server),
        ("GET", f"/ig/{SERVER}.json", "guide", guide.server_json),
        ("GET", f"/ig/{SERVER}/{{type}}.html", "guide", guide.server),
        ("GET", "/ig/{name}.html", "guide", guide.artifact),
        ("GET", "/ig/{name}.json", "guide", guide.source),
        ("GET", "/ig/{name}/{view}.html", "guide", guide.artifact),
        ("GET", "/definition", "definition", guide.definition),
        ("GET", "/operations", "operations", operations.page),
        ("POST", "/operations", "operations", operations.order),
    )
    pages = [
        Route(path, _endpoint(app, name, run, login, zone), methods=[verb])
        for verb, path, name, run in table
    ]
    flow = login.routes() if login is not None else []
    archive = Route("/ig/package.tgz", package)
    return [archive, *pages, *flow, Route(assets.PATH + "{name:path}", assets.static)]


def _endpoint(
    app: ASGIApp, name: str, run: Page, login: Login | None, zone: ZoneInfo
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        request.scope["cordee.interaction"] = f"console-{name}"
        language = words.language(request)
        token = login.token(request) if login is not None else None
        api = Api(app, request, language, token)
        refusal = login.refusal(request) if login is not None else ""
        reader = Reader(request, api, language, login is not None, zone, refusal)
        try:
            return await run(reader)
        except RefusedError as error:
            return reader.refuse(error)

    return endpoint
