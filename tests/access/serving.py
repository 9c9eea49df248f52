"""A real server on a real port, whose callers say who they are: only tests may trust that."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import httpx
import msgspec
import uvicorn
from pymongo import MongoClient
from starlette.types import ASGIApp

from cordee.access.authentication import Credentials
from cordee.access.caller import Caller
from cordee.access.circle_policy import CirclePolicy
from cordee.app import services
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.web.application import build

Application: TypeAlias = Callable[[Services], ASGIApp]
"""Makes what a server serves of its services."""

SYSTEM = Caller(subject="loader", kind="system", scopes=frozenset({"system/*.cruds"}))


class Believing:
    """Takes callers at their word."""

    async def caller(self, credentials: Credentials) -> Caller:
        """Read the caller that the token spells out."""
        token = (credentials.authorization or "").removeprefix("Bearer ")
        said = msgspec.json.decode(base64.b64decode(token), type=Caller)
        return replace(said, emergency=credentials.emergency)

    async def still(self, caller: Caller) -> Caller:
        """Take them at their word, still."""
        return caller

    async def configuration(self) -> None:
        """Tell nothing."""


def token(caller: Caller) -> dict[str, str]:
    """Spell a caller out."""
    return {"Authorization": "Bearer " + base64.b64encode(msgspec.json.encode(caller)).decode()}


@dataclass
class Server:
    """A server under the rules of circles."""

    url: str
    services: Services
    stack: AsyncExitStack
    clients: dict[Caller, httpx.AsyncClient] = field(default_factory=dict)

    async def client(self, caller: Caller) -> httpx.AsyncClient:
        """Give the client that speaks as a caller."""
        if caller not in self.clients:
            client = httpx.AsyncClient(base_url=self.url, headers=token(caller), timeout=60)
            self.clients[caller] = await self.stack.enter_async_context(client)
        return self.clients[caller]

    async def load(self, *resources: dict[str, Any]) -> None:
        """Store resources as a system does, under their own ids."""
        client = await self.client(SYSTEM)
        entries = [
            {
                "resource": resource,
                "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
            }
            for resource in resources
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        answer = await client.post("", json=bundle)
        assert answer.status_code == 200, answer.text


@dataclass
class Scene:
    """One test's corner of a server: `@` in names and bodies becomes the corner's own key."""

    server: Server
    key: str

    async def send(
        self,
        caller: Caller,
        method: str,
        url: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request as a caller."""
        said = self.own(json.dumps(msgspec.to_builtins(caller)))
        client = await self.server.client(msgspec.json.decode(said, type=Caller))
        content = None if body is None else self.own(json.dumps(body))
        kind = {"Content-Type": "application/fhir+json"} if content else {}
        return await client.request(
            method, self.own(url), content=content, headers=kind | (headers or {})
        )

    async def load(self, *resources: dict[str, Any]) -> None:
        """Store resources as a system does."""
        await self.server.load(*json.loads(self.own(json.dumps(resources))))

    def own(self, text: str) -> str:
        """Put the key where it belongs."""
        return text.replace("@", self.key)


@asynccontextmanager
async def serving(
    uri: str, database: str, data: Path, whole: Application = build, /, **settings: Any
) -> AsyncIterator[Server]:
    """Run a server in this loop, on a port of its own; `whole` makes what it serves."""
    given: dict[str, Any] = {"mongodb_uri": uri, "mongodb_database": database, "data": data}
    given |= {"national_rules": "warn"}  # identities here are shorter than the law wants
    async with AsyncExitStack() as stack:
        chosen = Settings(**(given | settings))
        opened = await stack.enter_async_context(services(chosen))
        policy = CirclePolicy(
            opened.store,
            opened.clock,
            emergency_writes=chosen.emergency_writes,
            families=opened.terminology.family,
        )
        opened = replace(opened, authentication=Believing(), policy=policy)
        config = uvicorn.Config(
            whole(opened), port=0, log_config=None, lifespan="off", ws="websockets-sansio"
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield Server(f"http://127.0.0.1:{port}/fhir", opened, stack)
        finally:
            server.should_exit = True
            await running


@asynccontextmanager
async def own_database(
    uri: str, data: Path, whole: Application = build, /, **settings: Any
) -> AsyncIterator[Server]:
    """Run a server on a database of its own, dropped at the end."""
    name = f"test_{uuid4().hex}"
    async with serving(uri, name, data, whole, **settings) as server:
        yield server
    with MongoClient[dict[str, object]](uri) as client:
        client.drop_database(name)
