"""Secrets stay where they belong, with authentication and audit on: a server's main flows, once.

Every answer, the log, all AuditEvents, `cordee doctor`, the lists of subscriptions and the database
are looked through for every token, password and header that was ever in use.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from pymongo import MongoClient
from websockets.asyncio.client import connect

from access.identity_provider import AUDIENCE, NURSE, IdentityProvider, providing
from cordee.cli.database import private_socket
from cordee.store.embedded import socket_uri
from subscriptions.receiver import Receiver
from system.conftest import Running, free_port
from system.subscriber import until_active

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("secrets")]

Json = dict[str, Any]
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SETTINGS = {
    f"CORDEE_{name}": f"s3cr3t-{name.lower()}-{uuid4().hex}"
    for name in (
        *("OIDC_CLIENT_SECRET", "TOKEN_SECRET", "AUDIT_KEY", "SUBSCRIPTIONS_KEY"),
        *("CONSOLE_CLIENT_SECRET", "MSSANTE_PASSWORD"),
    )
}
HOOK = f"Bearer hook-{uuid4().hex}"
"""What a subscriber wants to be shown."""


@dataclass
class Place:
    """A server, its identity provider, its registered software, and all that must not be told."""

    server: Running
    provider: IdentityProvider
    robot: ECKey
    secrets: set[str] = field(default_factory=lambda: {*SETTINGS.values(), HOOK})
    told: list[str] = field(default_factory=list)

    def keep(self, secret: str) -> str:
        """Note a secret."""
        self.secrets.add(secret)
        return secret

    def hear(self, answer: httpx.Response) -> None:
        """Note what was answered."""
        self.told.append(f"{answer.request.url.path}\n{answer.headers}\n{answer.text}")

    def person(self, **more: Any) -> str:
        """Give a token of the nurse."""
        return self.keep(self.provider.token(scope="user/*.cruds", **more))

    def assertion(self, **more: Any) -> str:
        """Sign an assertion of the registered software."""
        now = int(time.time())
        claims = {
            "iss": "robot",
            "sub": "robot",
            "aud": f"{self.server.root}/oauth/token",
            "exp": now + 60,
            "iat": now,
            "jti": str(uuid4()),
        }
        header = {"alg": "ES256", "kid": str(self.robot.kid)}
        return self.keep(jwt.encode(header, claims | more, self.robot, algorithms=["ES256"]))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Everything, running: secrets in every setting that takes one."""
    folder = tmp_path_factory.mktemp("secrets")
    robot, port = ECKey.generate_key("P-256", auto_kid=True), free_port()
    client = {
        "client_id": "robot",
        "jwks": {"keys": [robot.as_dict(private=False)]},
        "grants": ["client_credentials"],
        "scopes": ["system/*.cruds"],
    }
    (folder / "clients.json").write_text(json.dumps([client]))
    with providing() as provider:
        environment = SETTINGS | {
            "CORDEE_MONGODB_CACHE_GB": "0.25",
            "CORDEE_AUTH": "oidc",
            "CORDEE_OIDC_ISSUER": provider.url,
            "CORDEE_OIDC_AUDIENCE": AUDIENCE,
            "CORDEE_OIDC_CLIENT_ID": "cordee",
            "CORDEE_CONSOLE_CLIENT_ID": "console",
            "CORDEE_OIDC_ALLOW_HTTP": "true",
            "CORDEE_CLIENTS": str(folder / "clients.json"),
            "CORDEE_BASE_URL": f"http://127.0.0.1:{port}/fhir",
            "CORDEE_SUBSCRIPTIONS_ALLOW_HTTP": "true",
            "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS": "127.0.0.1",
            "CORDEE_LOG_LEVEL": "debug",
        }
        server = Running(folder / "data", port, environment)
        server.start()
        yield Place(server, provider, robot)
        server.stop()


@pytest.fixture
async def http(place: Place) -> AsyncIterator[httpx.AsyncClient]:
    """A client all of whose answers are noted."""

    async def hear(answer: httpx.Response) -> None:
        await answer.aread()
        if answer.request.url.path != "/oauth/token" or answer.status_code != 200:
            place.hear(answer)

    async with httpx.AsyncClient(timeout=30, event_hooks={"response": [hear]}) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    """Give the header of a call."""
    return {"Authorization": f"Bearer {token}"}


async def software(place: Place, http: httpx.AsyncClient) -> dict[str, str]:
    """Get a token as software does."""
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": place.assertion(),
        "scope": "system/*.cruds",
    }
    answer = await http.post(f"{place.server.root}/oauth/token", data=form)
    assert answer.status_code == 200, answer.text
    return bearer(place.keep(answer.json()["access_token"]))


async def test_no_secret_is_told(place: Place, http: httpx.AsyncClient) -> None:
    """Subscriptions by hook and by websocket, refusals of every kind, pages, commands: nothing."""
    base, robot = place.server.base_url, await software(place, http)
    rows: list[Json] = [
        {
            "resourceType": "Practitioner",
            "id": "nurse",
            "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": NURSE[1:]}],
        },
        {"resourceType": "Patient", "id": "p"},
        {
            "resourceType": "CareTeam",
            "id": "t",
            "status": "active",
            "subject": {"reference": "Patient/p"},
            "participant": [{"member": {"reference": "Practitioner/nurse"}}],
        },
    ]
    for row in rows:
        url = f"{base}/{row['resourceType']}/{row['id']}"
        assert (await http.put(url, json=row, headers=robot)).status_code == 201
    nurse = bearer(place.person())
    async with Receiver() as receiver:
        await subscribed(place, http, nurse, receiver)
    await refused(place, http)
    await shown(place, http, nurse, robot)
    everything = {
        "answers": "\n".join(place.told),
        "log": place.server.log(),
        "audit": await audit(place, http, robot),
        "commands": await asyncio.to_thread(commands, place.server),
        "database": await asyncio.to_thread(database, place.server.data),
    }
    assert "AuditEvent" in everything["audit"]
    assert "Subscription" in everything["database"]
    found = [
        (where, secret[:12])
        for where, text in everything.items()
        for secret in sorted(place.secrets)
        if secret in text
    ]
    assert found == []


async def subscribed(
    place: Place, http: httpx.AsyncClient, nurse: dict[str, str], receiver: Receiver
) -> None:
    """Be told by hook and by websocket, under the rights of a member."""
    base = place.server.base_url
    wanted: Json = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "le cercle",
        "criteria": "Communication?patient=Patient/p",
        "channel": {
            "type": "rest-hook",
            "endpoint": receiver.url,
            "payload": "application/fhir+json",
            "header": [f"Authorization: {HOOK}"],
        },
    }
    socket: Json = wanted | {"channel": {"type": "websocket"}}
    ids = []
    async with httpx.AsyncClient(base_url=base, headers=nurse, timeout=30) as own:
        for row in (wanted, socket):
            made = await http.post(f"{base}/Subscription", json=row, headers=nurse)
            assert made.status_code == 201, made.text
            ids.append(await until_active(own, made.json()["id"]))
    asked = await http.get(f"{base}/Subscription/{ids[1]}/$get-ws-binding-token", headers=nurse)
    rows = {row["name"]: row for row in asked.json()["parameter"]}
    place.told.pop()  # the one answer that is for telling it
    token = place.keep(rows["token"]["valueString"])
    address = rows["websocket-url"]["valueUrl"]
    async with connect(address) as line:
        await line.send(f"bind-with-token {token[:-4]}AAAA")
        place.told.append(str(await asyncio.wait_for(line.recv(), 10)))
    async with connect(address) as line:
        await line.send(f"bind-with-token {token}")
        place.told.append(str(await asyncio.wait_for(line.recv(), 10)))
        said = {
            "resourceType": "Communication",
            "status": "completed",
            "subject": {"reference": "Patient/p"},
            "payload": [{"contentString": "bonjour"}],
        }
        posted = await http.post(f"{base}/Communication", json=said, headers=nurse)
        assert posted.status_code == 201, posted.text
        place.told.append(str(await asyncio.wait_for(line.recv(), 20)))
    for _ in range(200):
        told = [each for each in receiver.all if each.body and b"bonjour" in each.body]
        if told:
            break
        await asyncio.sleep(0.1)
    assert told[0].headers["authorization"] == HOOK
    for url in (ids[0], f"{ids[0]}/_history", f"{ids[0]}/$status", f"{ids[0]}/$events"):
        answer = await http.get(f"{base}/Subscription/{url}", headers=nurse)
        assert answer.status_code == 200, (url, answer.text)
    wrong = wanted | {"channel": wanted["channel"] | {"endpoint": "http://10.0.0.1/x"}}
    assert (await http.post(f"{base}/Subscription", json=wrong, headers=nurse)).is_client_error


async def refused(place: Place, http: httpx.AsyncClient) -> None:
    """Be refused: expired, forged, as a password, in the URL, in a form, in a broken body."""
    base, root = place.server.base_url, place.server.root
    expired = place.person(exp=int(time.time()) - 600)
    forged = place.person()[:-8] + "AAAAAAAA"
    basic = base64.b64encode(f"robot:{place.keep(f'pw-{uuid4().hex}')}".encode()).decode()
    for header in (f"Bearer {expired}", f"Bearer {place.keep(forged)}", f"Basic {basic}"):
        answer = await http.get(f"{base}/Patient/p", headers={"Authorization": header})
        assert answer.status_code == 401
    place.keep(basic)
    inside = place.person()
    await http.get(f"{base}/Patient", params={"access_token": inside})
    nurse = bearer(place.person())
    broken = {"resourceType": "Patient", "nam": 1, "id": "x"}
    assert (await http.post(f"{base}/Patient", json=broken, headers=nurse)).is_client_error
    assert (await http.post(f"{base}/Patient", content=b"{", headers=nurse)).is_client_error
    for more in ({"client_assertion": place.assertion(aud="https://elsewhere.example")}, {}):
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": place.assertion(exp=1),
            "client_secret": place.keep(f"cs-{uuid4().hex}"),
        }
        assert (await http.post(f"{root}/oauth/token", data=form | more)).is_client_error


async def shown(
    place: Place, http: httpx.AsyncClient, nurse: dict[str, str], robot: dict[str, str]
) -> None:
    """Look at pages, probes, metadata and metrics, with and without a token."""
    for path in ("/", "/validate", "/operations", "/explore", "/dossier/p", "/metrics", "/ig/"):
        for headers in ({}, nurse, robot):
            await http.get(f"{place.server.root}{path}", headers=headers)
    for path in ("/health/ready", "/fhir/metadata", "/fhir/.well-known/smart-configuration"):
        assert (await http.get(f"{place.server.root}{path}")).status_code == 200
    await http.get(f"{place.server.root}/oauth/jwks")


async def audit(place: Place, http: httpx.AsyncClient, robot: dict[str, str]) -> str:
    """Give all AuditEvents, what searches asked written out."""
    texts = []
    url: str | None = f"{place.server.base_url}/AuditEvent?date=ge2020&_count=500"
    while url is not None:
        bundle = (await http.get(url, headers=robot)).json()
        for row in bundle["entry"]:
            texts.append(json.dumps(row["resource"]))
            queries = (entity.get("query", "") for entity in row["resource"]["entity"])
            texts += [base64.b64decode(query).decode() for query in queries]
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return "\n".join(texts)


def commands(server: Running) -> str:
    """Give what commands beside the server print."""
    said = []
    for command in (["doctor"], ["subscriptions", "list"], ["audit", "verify"], ["bridge", "list"]):
        done = subprocess.run(
            [sys.executable, "-m", "cordee", *command],
            env=os.environ | server.environment | {"CORDEE_DATA": str(server.data)},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        said.append(done.stdout + done.stderr)
    assert "Subscription" in said[1] or "rest-hook" in said[1] or "127.0.0.1" in said[1]
    return "\n".join(said)


def database(data: Path) -> str:
    """Give everything that the database holds."""
    with MongoClient[Json](socket_uri(private_socket(data))) as client:
        names = set(client.list_database_names()) - {"admin", "config", "local"}
        return "\n".join(
            f"{collection} {document}"
            for name in sorted(names)
            for collection in client[name].list_collection_names()
            for document in client[name][collection].find()
        )
