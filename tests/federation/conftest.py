"""Two servers that know one another, each with its own record, in one process."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from pymongo import MongoClient

from cordee.federation.client import PeerClient
from cordee.federation.merging import Merged
from cordee.federation.partner import Partner, scopes_at
from cordee.federation.peer import Federation
from cordee.federation.record import CODES
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.settings import Settings

EXAMPLES = Path(__file__).resolve().parents[2] / "ig/examples"
PEOPLE = ("Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson")


def example(name: str) -> Resource:
    """A resource of the guide's examples, all of which are one person's."""
    return json.parse((EXAMPLES / f"{name}.json").read_bytes())


@dataclass
class Server:
    """One of the two: its services, a client of it, and its way to the other."""

    services: Services
    http: httpx.AsyncClient
    partner: Partner

    async def put(self, resource: Resource, **headers: str) -> Resource:
        """Write a resource, which must succeed."""
        url = f"/{resource['resourceType']}/{resource['id']}"
        answer = await self.http.put(url, json=resource, headers=headers)
        assert answer.is_success, answer.text
        found: Resource = answer.json()
        return found

    async def all(self, query: str) -> list[Resource]:
        """Give what a search finds."""
        answer = await self.http.get(f"/{query}")
        assert answer.is_success, answer.text
        return [entry["resource"] for entry in answer.json().get("entry", ())]

    async def circle(self) -> Resource:
        """Give the one circle."""
        (found,) = await self.all("CareTeam?status=active")
        return found

    async def record(self) -> Resource:
        """Give the one record of a federated circle."""
        (found,) = await self.all(f"Basic?code={CODES}|circle")
        return found

    async def knows_everybody(self) -> None:
        """Take in the person, and all who care for them."""
        for path in sorted(EXAMPLES.glob("*.json")):
            if path.name.partition("-")[0] in PEOPLE:
                await self.put(json.parse(path.read_bytes()))

    async def hears(self) -> int:
        """Take in what the other has to tell; give how many circles changed."""
        return await self.partner.catch_up()

    async def takes(self, resource: Resource) -> Merged | None:
        """Take in one record of the other."""
        return await self.partner.take(resource["id"])


@dataclass
class Pair:
    """Both."""

    north: Server
    south: Server

    async def met(self) -> None:
        """Let both know the person and the north their circle, and let them find that out."""
        await self.north.knows_everybody()
        await self.south.put(example("Patient-person"))
        await self.north.put(example("CareTeam-circle"))
        await self.north.partner.meet()
        await self.settle()

    async def settle(self) -> None:
        """Let them exchange what they know until there is nothing new."""
        for _ in range(6):
            told = [await self.south.hears(), await self.north.hears()]
            if told == [0, 0]:
                return
        raise AssertionError("they do not come to an end")


NAMES = {"north": "south", "south": "north"}
Given = Callable[[str, Path], dict[str, Any]]
"""Gives more of a server's settings, under `peer` what it says of the other in its file."""


@asynccontextmanager
async def two_servers(
    mongodb_uri: str, folder: Path, given: Given
) -> AsyncIterator[tuple[Pair, list[str]]]:
    """Open two servers that are one another's peers; give them and their databases."""
    from cordee.app import services  # noqa: PLC0415 - tests of single modules need none of it
    from cordee.web.application import build  # noqa: PLC0415

    databases = {name: f"test_{uuid4().hex}" for name in NAMES}
    made: dict[str, tuple[Services, Any]] = {}
    async with AsyncExitStack() as stack:
        for name, other in NAMES.items():
            own = folder / name
            own.mkdir()
            more = given(name, own)
            peer = {"name": other, "url": f"https://{other}.test/fhir"} | more.pop("peer", {})
            peers = {"server": name, "url": f"https://{name}.test", "peers": [peer]}
            (own / "peers.json").write_bytes(msgspec.json.encode(peers))
            settings = Settings(
                mongodb_uri=mongodb_uri,
                mongodb_database=databases[name],
                data=own,
                federation_peers=own / "peers.json",
                subscriptions_allowed_hosts=[f"{each}.test" for each in NAMES],
                **more,
            )
            opened = await stack.enter_async_context(services(settings))
            made[name] = (opened, build(opened))
        servers = {}
        for name, other in NAMES.items():
            opened, app = made[name]
            federation = Federation.of(opened.settings)
            assert federation is not None
            way = httpx.ASGITransport(made[other][1], raise_app_exceptions=False)
            scopes = scopes_at(federation, federation.peers[0])
            client = PeerClient(federation, federation.peers[0], scopes, way)
            partner = Partner(opened, federation, client, lambda: "secret")
            stack.push_async_callback(partner.close)
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            http = httpx.AsyncClient(transport=transport, base_url=f"https://{name}.test/fhir")
            servers[name] = Server(opened, await stack.enter_async_context(http), partner)
        yield Pair(servers["north"], servers["south"]), list(databases.values())
    with MongoClient[dict[str, object]](mongodb_uri) as mongo:
        for database in databases.values():
            mongo.drop_database(database)


@pytest.fixture(scope="session")
async def standing_pair(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Pair, list[str]]]:
    """The two servers, for all tests of a worker, and their databases."""
    folder = tmp_path_factory.mktemp("pair")
    async with two_servers(mongodb_uri, folder, lambda _name, _folder: {}) as found:
        yield found


@pytest.fixture
async def pair(standing_pair: tuple[Pair, list[str]], mongodb_uri: str) -> AsyncIterator[Pair]:
    """The two servers with empty records, who have not met."""
    found, databases = standing_pair
    yield found
    with MongoClient[dict[str, object]](mongodb_uri) as mongo:
        for database in databases:
            for collection in mongo[database].list_collection_names():
                if collection[0].isupper():
                    mongo[database][collection].delete_many({})
    for server in (found.north, found.south):
        server.partner.forget()
