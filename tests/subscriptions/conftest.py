"""The whole application with its work on subscriptions, and real subscribers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from cordee.app import services
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.subscriptions.service import running
from cordee.web.application import build
from subscriptions.receiver import Receiver

Json: TypeAlias = dict[str, Any]


class Server:
    """A server process's worth of application, over HTTP without a socket."""

    def __init__(self, opened: Services, http: httpx.AsyncClient) -> None:
        self.services = opened
        self.http = http

    async def create(self, resource: Json, status: int = 201) -> Json:
        """Create a resource."""
        answer = await self.http.post(f"/{resource['resourceType']}", json=resource)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def put(self, resource: Json) -> Json:
        """Write a resource under its id."""
        answer = await self.http.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    async def get(self, url: str) -> Json:
        """Read."""
        answer = await self.http.get(f"/{url}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def subscribe(self, resource: Json, status: str = "active") -> str:
        """Create a Subscription and wait for a status; give its id."""
        made = await self.create(resource)
        await self.until(made["id"], status)
        return str(made["id"])

    async def until(self, id: str, status: str, seconds: float = 20) -> Json:
        """Wait until a Subscription has a status."""
        found: Json = {}
        for _ in range(int(seconds / 0.05)):
            found = await self.get(f"Subscription/{id}")
            if found["status"] == status:
                return found
            await asyncio.sleep(0.05)
        pytest.fail(f"{found['status']} {found.get('error')} is not {status}")


OpenServer: TypeAlias = Callable[..., Awaitable[Server]]


@pytest.fixture
async def open_server(
    mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> AsyncIterator[OpenServer]:
    """Open servers on one fresh database; `work=False` leaves subscriptions to others."""
    async with AsyncExitStack() as stack:

        async def open(*, work: bool = True, **settings: Any) -> Server:
            given: dict[str, Any] = {
                "mongodb_uri": mongodb_uri,
                "mongodb_database": mongodb_database,
                "data": tmp_path,
                "subscriptions_allow_http": True,
                "subscriptions_allowed_hosts": ["127.0.0.1"],
                "base_url": "http://test/fhir",
            }
            opened = await stack.enter_async_context(services(Settings(**given | settings)))
            if work:
                await stack.enter_async_context(running(opened))
            transport = httpx.ASGITransport(build(opened), raise_app_exceptions=False)
            http = httpx.AsyncClient(transport=transport, base_url="http://test/fhir", timeout=30)
            return Server(opened, await stack.enter_async_context(http))

        yield open


@pytest.fixture
async def server(open_server: OpenServer) -> Server:
    """One server that works on its subscriptions."""
    return await open_server()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A subscriber that takes everything."""
    async with Receiver() as listening:
        yield listening


def subscription(endpoint: str, criteria: str = "Observation", **channel: Any) -> Json:
    """A Subscription with R4's criteria."""
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "test",
        "criteria": criteria,
        "channel": {"type": "rest-hook", "endpoint": endpoint, **channel},
    }


def topical(
    endpoint: str, topic: str, *filters: str, content: str = "id-only", **more: Any
) -> Json:
    """A Subscription to a topic; `more` are numbers of the guide's channel extensions."""
    base = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-"
    kinds = {"max_count": ("max-count", "valuePositiveInt")}
    rows = []
    for name, value in more.items():
        url, property = kinds.get(name, (name.replace("_", "-"), "valueUnsignedInt"))
        rows.append({"url": base + url, property: value})
    made = subscription(endpoint, f"https://cordee.example/fhir/SubscriptionTopic/{topic}")
    made["_criteria"] = {
        "extension": [{"url": f"{base}filter-criteria", "valueString": text} for text in filters]
    }
    if not filters:
        del made["_criteria"]
    made["channel"]["payload"] = "application/fhir+json"
    made["channel"]["_payload"] = {
        "extension": [{"url": f"{base}payload-content", "valueCode": content}]
    }
    if rows:
        made["channel"]["extension"] = rows
    return made


def observation(**more: Any) -> Json:
    """A small observation."""
    made: Json = {"resourceType": "Observation", "status": "final", "code": {"text": "weight"}}
    return made | more
