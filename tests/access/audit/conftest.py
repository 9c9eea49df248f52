"""The whole application with its audit, and callers known by the word they say."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from cordee.access.authentication import Credentials
from cordee.access.caller import Caller
from cordee.app import services
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.web.application import build

Json: TypeAlias = dict[str, Any]

DOCTOR = Caller(
    subject="810000000001",
    issuer="https://issuer.example",
    client="lgc",
    name="Dr Jeanne Petit",
    kind="professional",
    references=("PractitionerRole/role", "Practitioner/petit"),
    purposes=frozenset({"TREAT"}),
)
CALLERS = {
    "doctor": DOCTOR,
    "urgent": replace(DOCTOR, emergency="Patient inconscient"),
}


class Words:
    """Authentication for tests: the Authorization header is the name of a caller."""

    async def caller(self, credentials: Credentials) -> Caller:
        """Give the caller of that name."""
        word = credentials.authorization or ""
        if word == "forbidden":
            raise FhirError(Category.FORBIDDEN, "This caller is never let in")
        if word not in CALLERS:
            raise FhirError(Category.UNAUTHENTICATED, "Say who you are")
        return CALLERS[word]

    async def still(self, caller: Caller) -> Caller:
        """Take them at their word, still."""
        return caller

    async def configuration(self) -> None:
        """Tell nothing."""


@dataclass(slots=True)
class Server:
    """One server process's worth of application, over HTTP without a socket."""

    services: Services
    http: httpx.AsyncClient

    async def create(self, resource: Json) -> str:
        """Create a resource; give `Type/id`."""
        answer = await self.http.post(f"/{resource['resourceType']}", json=resource)
        assert answer.status_code == 201, answer.text
        return f"{resource['resourceType']}/{answer.json()['id']}"

    async def traces(self, query: str = "") -> list[Json]:
        """Search AuditEvents, the oldest first, the searches for them left out."""
        url = f"/AuditEvent?date=ge2020&_sort=_id&_count=1000&{query}"
        answer = await self.http.get(url)
        assert answer.status_code == 200, answer.text
        found = [row["resource"] for row in answer.json().get("entry", ())]
        found.sort(key=lambda event: event["period"]["start"])
        return [event for event in found if "AuditEvent" not in decoded(event)]


def decoded(event: Json) -> str:
    """Give what a search asked."""
    texts = [entity["query"] for entity in event["entity"] if "query" in entity]
    return base64.b64decode(texts[0]).decode() if texts else ""


Open: TypeAlias = Callable[..., Awaitable[Server]]


@pytest.fixture
async def open_server(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> AsyncIterator[Open]:
    """Open servers on one fresh database; `closing` ends them all."""
    async with AsyncExitStack() as stack:

        async def open(**settings: Any) -> Server:
            given: Json = {
                "mongodb_uri": mongodb_uri,
                "mongodb_database": mongodb_database,
                "data": tmp_path,
                "audit": "on",
            }
            opened = await stack.enter_async_context(services(Settings(**(given | settings))))
            known = replace(opened, authentication=Words())
            transport = httpx.ASGITransport(build(known), raise_app_exceptions=False)
            http = httpx.AsyncClient(
                transport=transport,
                base_url="http://test/fhir",
                headers={"Authorization": "doctor"},
            )
            return Server(known, await stack.enter_async_context(http))

        open.closing = stack.aclose  # type: ignore[attr-defined]
        yield open


@pytest.fixture
async def server(open_server: Open) -> Server:
    """One server with its audit on."""
    return await open_server()
