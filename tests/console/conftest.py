"""The pages of a whole application on a database of their own, without a socket."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html
from starlette.types import ASGIApp, Receive, Scope, Send

from cordee.app import services
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.validator import CdaValidator
from cordee.console.routes import routes
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.store.mongo_store import MongoStore
from cordee.store.notification_queue import NotificationQueue
from cordee.web import cda
from cordee.web.application import build

EXAMPLES = Path(__file__).resolve().parents[2] / "ig/examples"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Site:
    """A client of the pages."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        queue: NotificationQueue,
        opened: Services,
        app: ASGIApp,
    ) -> None:
        """Keep the client, the queue of notifications, and what is behind the pages."""
        self.client = client
        self.app = app
        self.queue = queue
        self.services = opened

    async def get(
        self, path: str, status: int = 200, language: str | None = None
    ) -> html.HtmlElement:
        """Give a page's document."""
        headers = {"Accept-Language": language} if language else {}
        answer = await self.client.get(path, headers=headers)
        assert answer.status_code == status, answer.text[:500]
        return html.document_fromstring(answer.text)

    async def post(self, path: str, **sent: Any) -> html.HtmlElement:
        """Send a form; give the document of the answer."""
        answer = await self.client.post(path, **sent)
        assert answer.status_code == 200, answer.text[:500]
        return html.document_fromstring(answer.text)

    async def store(self, *resources: dict[str, Any]) -> None:
        """Put resources through the API."""
        for one in resources:
            path = f"/fhir/{one['resourceType']}/{one['id']}"
            answer = await self.client.put(path, json=one)
            assert answer.status_code in {200, 201}, answer.text


def text(document: html.HtmlElement) -> str:
    """Give what a page says."""
    return " ".join(document.text_content().split())


class Late:
    """An application that is known once its own pages are made."""

    def __init__(self) -> None:
        """Serve nothing yet."""
        self.app: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand everything on."""
        await self.app(scope, receive, send)


@asynccontextmanager
async def opened_site(settings: Settings) -> AsyncIterator[Site]:
    """Open the whole application as the server does, without a socket."""
    async with services(settings) as opened:
        assert isinstance(opened.store, MongoStore)
        queue, late = opened.store.notifications(), Late()
        await queue.open()
        judge = CdaValidator(CodeTables(opened.repository))
        late.app = build(
            opened,
            None,
            [*cda.routes(opened, judge), *routes(opened, late, queue, opened.store.statistics())],
        )
        transport = httpx.ASGITransport(late)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Site(client, queue, opened, late)
        await judge.close()


@pytest.fixture(scope="session")
async def site(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """The pages over the guide's examples and a person whose data attack the page."""
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database="test_console",
        data=tmp_path_factory.mktemp("console"),
        request_timeout=600,  # the first write of each type makes its indexes
    )
    async with opened_site(settings) as pages:
        await _fill(pages.client)
        yield pages


async def _fill(client: httpx.AsyncClient) -> None:
    resources = [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.json"))]
    resources.append(
        {
            "resourceType": "Patient",
            "id": "hostile",
            "name": [{"family": HOSTILE, "given": [HOSTILE]}],
            "address": [{"line": [HOSTILE], "city": HOSTILE}],
        }
    )
    entries = [
        {
            "resource": one,
            "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
        }
        for one in resources
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answer = await client.post("/fhir", json=bundle)
    assert answer.status_code == 200, answer.text[:2000]
