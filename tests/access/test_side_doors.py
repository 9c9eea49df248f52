"""What is served beside the FHIR base, under the rules of access, over a real port.

The websocket of an open dossier, the page of operations, and the addresses where peers of the
federation tell of news.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from access.records import NURSE, OUTSIDER, RECORD, team
from access.serving import SYSTEM, Scene, Server, own_database, token
from cordee.access.caller import ANONYMOUS, Caller
from cordee.console.live import REFUSED, LiveDossiers
from cordee.console.routes import routes
from cordee.federation.office import Office
from cordee.federation.peer import Federation
from cordee.interactions.services import Services
from cordee.store.mongo_store import MongoStore
from cordee.web import federation
from cordee.web.application import build

SOON = 60.0
"""Seconds after which something that must come counts as lost."""


class Whole:
    """The base, the pages, the websockets and the hooks, as one application."""

    def __init__(self, opened: Services) -> None:
        """Build it as the server does."""
        assert isinstance(opened.store, MongoStore)
        found = Federation.of(opened.settings)
        assert found is not None
        self.office = Office(opened, found)
        pages = routes(opened, self, opened.store.notifications(), opened.store.statistics())
        self._http = build(opened, None, [*federation.routes(self.office), *pages])
        self._sockets = LiveDossiers(opened, self, None, _nowhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        serve: ASGIApp = self._sockets if scope["type"] == "websocket" else self._http
        await serve(scope, receive, send)

    async def close(self) -> None:
        """Follow nothing any more."""
        await self._sockets.close()
        await self.office.close()


async def _nowhere(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise AssertionError("no other websocket is asked for")


@pytest.fixture(scope="module")
async def house(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Server, Whole]]:
    """A server with all its doors, whose callers are known."""
    data = tmp_path_factory.mktemp("doors")
    made: list[Whole] = []

    def whole(opened: Services) -> Whole:
        made.append(Whole(opened))
        return made[0]

    settings: dict[str, Any] = {
        "auth": "oidc",
        "oidc_issuer": "https://provider.example",
        "oidc_audience": ["cordee"],
        "federation_peers": _peers(data),
    }
    async with own_database(mongodb_uri, data, whole, **settings) as server:
        store = server.services.store
        assert isinstance(store, MongoStore)
        await store.notifications().open()
        yield server, made[0]
        await made[0].close()


def _peers(folder: Path) -> Path:
    peer = {"name": "south", "url": "https://south.test/fhir", "client_id": "north-federation"}
    path = folder / "peers.json"
    path.write_text(json.dumps({"server": "north", "url": "https://north.test", "peers": [peer]}))
    return path


@pytest.fixture
async def scene(house: tuple[Server, Whole]) -> Scene:
    """A patient whose circle has a nurse."""
    scene = Scene(house[0], uuid4().hex[:8])
    await scene.load(*RECORD)
    return scene


def known(scene: Scene, caller: Caller) -> dict[str, str]:
    """Give the headers by which a caller is known."""
    return token(msgspec.json.decode(scene.own(msgspec.json.encode(caller).decode()), type=Caller))


def socket(scene: Scene, caller: Caller) -> connect:
    """Open the dossier's socket as a caller; a page of ours does."""
    origin = scene.server.url.removesuffix("/fhir")
    place = scene.own(f"{origin}/dossier/p@/live").replace("http:", "ws:")
    return connect(place, additional_headers=known(scene, caller), origin=origin)  # type: ignore[arg-type]


def message(text: str, **more: Any) -> dict[str, Any]:
    """Give a message about the patient."""
    return {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": "Patient/p@"},
        "sent": "2026-11-22T08:00:00Z",
        "payload": [{"contentString": text}],
    } | more


async def told(open: ClientConnection, text: str) -> list[str]:
    """Wait until a text is told; give all that was told until then."""
    heard: list[str] = []
    async with asyncio.timeout(SOON):
        while not any(text in each for each in heard):
            heard.append(str(await open.recv()))
    return heard


async def _until_closed(open: ClientConnection) -> AsyncIterator[str]:
    with contextlib.suppress(ConnectionClosed):
        while True:
            yield str(await open.recv())


async def test_the_dossiers_socket_follows_the_circle(scene: Scene) -> None:
    """Members are told what they may see, others not let in, who was put out is told no more."""
    for caller in (OUTSIDER, ANONYMOUS):
        with pytest.raises(InvalidStatus) as refused:
            async with socket(scene, caller):
                pass
        assert refused.value.response.status_code == 403
    async with socket(scene, NURSE) as open:
        masked = message("masqué", meta={"security": [{"code": "MASQUE_PS"}]})
        for sent in (masked, message("bonjour")):
            assert (await scene.send(SYSTEM, "POST", "/Communication", sent)).status_code == 201
        heard = await told(open, "bonjour")
        assert not any("masqué" in each for each in heard)
        await scene.load(team("PractitionerRole/other@"))
        await scene.send(SYSTEM, "POST", "/Communication", message("secret"))
        async with asyncio.timeout(SOON):
            heard = [str(each) async for each in _until_closed(open)]
        assert not any("secret" in each for each in heard)
        assert open.close_code == REFUSED


async def test_the_page_of_operations_shows_ones_own(scene: Scene) -> None:
    """Another's subscription is on nobody's page but its maker's; orders are not taken."""
    criteria = scene.own("Observation?patient=Patient/p@")
    subscription = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "vigilance",
        "criteria": criteria,
        "channel": {"type": "rest-hook", "endpoint": "https://hook.example/"},
    }
    made = await scene.send(NURSE, "POST", "/Subscription", subscription)
    assert made.status_code == 201, made.text
    origin = scene.server.url.removesuffix("/fhir")
    async with httpx.AsyncClient(base_url=origin, timeout=60) as http:
        pages = {
            caller.subject: await http.get("/operations", headers=known(scene, caller))
            for caller in (NURSE, OUTSIDER)
        }
        assert criteria in pages[NURSE.subject].text
        assert pages[OUTSIDER.subject].status_code == 200
        assert made.json()["id"] not in pages[OUTSIDER.subject].text
        assert criteria not in pages[OUTSIDER.subject].text
        order = {"subscription": made.json()["id"], "order": "pause"}
        headers = known(scene, NURSE) | {"Sec-Fetch-Site": "same-origin"}
        assert (await http.post("/operations", data=order, headers=headers)).status_code == 403


async def test_the_page_of_operations_measures_nothing_for_who_is_elsewhere(scene: Scene) -> None:
    """Behind a proxy that nobody named, it shows what `/metrics` shows there: nothing."""
    origin = scene.server.url.removesuffix("/fhir")
    async with httpx.AsyncClient(base_url=origin, timeout=60) as http:
        for told, shown in (({}, True), ({"X-Forwarded-For": "198.51.100.7"}, False)):
            headers = known(scene, NURSE) | told
            page = await http.get("/operations", headers=headers)
            assert page.status_code == 200
            assert ('id="rates"' in page.text) is shown
            assert ('id="bridges"' in page.text) is shown


async def test_the_federations_hooks_tell_nothing(
    scene: Scene, house: tuple[Server, Whole]
) -> None:
    """A member's token opens none; the secret only rings a bell, the same for every id."""
    origin = scene.server.url.removesuffix("/fhir")
    secret = {"Authorization": f"Bearer {house[1].office.secret('south')}"}
    async with httpx.AsyncClient(base_url=origin, timeout=60) as http:
        for place in ("south", "south/CareTeam/t@", "south/Basic/nothing", "other/Basic/1"):
            for headers in (known(scene, NURSE), known(scene, SYSTEM), {}):
                path = scene.own(f"/federation/{place}")
                method = "PUT" if "/" in place else "POST"
                assert (await http.request(method, path, headers=headers)).status_code == 401
        for id in ("t@", "nothing"):
            path = scene.own(f"/federation/south/CareTeam/{id}")
            answer = await http.put(path, headers=secret, content=b"{}")
            assert (answer.status_code, answer.content) == (200, b"")
            assert (await http.get(path, headers=secret)).status_code == 405
