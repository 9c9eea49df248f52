"""Websockets of who has no token: they cost little, and not for long."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from cordee.store.mongo_store import MongoStore
from cordee.subscriptions import socket_session
from cordee.subscriptions.bells import Bells
from cordee.subscriptions.seal import Seal
from cordee.subscriptions.service import running
from cordee.subscriptions.socket_session import Sockets, subscription_tokens
from subscriptions.conftest import OpenServer, subscription, topical

PATH = "/fhir/subscriptions/websocket"


class Line:
    """The other side of one socket, as an ASGI server has it."""

    def __init__(self, *said: dict[str, Any]) -> None:
        """Say some things, and nothing more."""
        self.told: list[dict[str, Any]] = []
        self.answered = asyncio.Event()
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for each in ({"type": "websocket.connect"}, *said):
            self._said.put_nowait(each)

    async def open(self, sockets: Sockets) -> dict[str, Any]:
        """Be served until the socket is closed; give how."""
        scope = {"type": "websocket", "path": PATH, "headers": []}
        async with asyncio.timeout(30):
            await sockets(scope, self._said.get, self._tell)
        return self.told[-1]

    async def heard(self, word: str, times: int = 1) -> str:
        """Wait until something was told so many times; give the last."""
        for _ in range(400):
            told = [each["text"] for each in self.told if word in each.get("text", "")]
            if len(told) >= times:
                return str(told[-1])
            await asyncio.sleep(0.05)
        pytest.fail(f"{word} was not told: {self.told}")

    async def _tell(self, message: Any) -> None:
        self.told.append(dict(message))
        self.answered.set()


@pytest.fixture
def sockets() -> Sockets:
    """Sockets of a server that has nothing to tell."""
    office: Any = SimpleNamespace(bells=Bells())
    unused: Any = None
    return Sockets(office, subscription_tokens(Seal(lambda: bytes(32))), unused)


def said(**message: Any) -> dict[str, Any]:
    return {"type": "websocket.receive"} | message


async def test_bytes_mean_nothing(sockets: Sockets) -> None:
    """They are answered as any nonsense, and no failure of the server."""
    line = Line(said(bytes=b"\x00\x01"), {"type": "websocket.disconnect", "code": 1001})
    last = await line.open(sockets)
    assert last["text"].startswith("error: say")


async def test_nonsense_is_not_answered_for_ever(sockets: Sockets) -> None:
    """After some messages without a meaning the socket is closed, and by what is no token."""
    line = Line(*[said(text="hello")] * 1_000)
    closed = await line.open(sockets)
    assert (closed["type"], closed["code"]) == ("websocket.close", socket_session.REFUSED)
    assert len(line.told) == socket_session.MISTAKES + 2
    closed = await Line(said(text="bind-with-token x")).open(sockets)
    assert closed["code"] == socket_session.REFUSED


async def test_who_binds_nothing_is_not_waited_for(
    sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket that says nothing is closed after a while, and no more are served than a number."""
    monkeypatch.setattr(socket_session, "BIND", 0.2)
    monkeypatch.setattr(socket_session, "OPEN", 1)
    one, other = Line(), Line()
    waiting = asyncio.create_task(one.open(sockets))
    await one.answered.wait()
    assert (await other.open(sockets))["code"] == socket_session.BUSY
    assert (await waiting)["code"] == socket_session.REFUSED
    assert (await Line().open(sockets))["code"] == socket_session.REFUSED


async def test_a_token_binds_one_socket(open_server: OpenServer) -> None:
    """Whoever comes with it again, at any process and however it is written, is turned away."""
    server: Any = await open_server(work=False)
    hook = subscription("", "Flag")
    hook["channel"] = {"type": "websocket"}
    store = server.services.store
    assert isinstance(store, MongoStore)
    async with running(server.services) as work:
        tokens = subscription_tokens(work.office.seal)
        id = await server.subscribe(hook)
        asked = await server.get(f"Subscription/{id}/$get-ws-binding-token")
        (token,) = (row["valueString"] for row in asked["parameter"] if row["name"] == "token")
        gone = {"type": "websocket.disconnect", "code": 1001}
        for given, answer in ((token, f"bound {id}"), (token, "error: "), (f" {token}", "error: ")):
            line = Line(said(text=f"bind-with-token {given}"), gone)
            await line.open(Sockets(work.office, tokens, store.used_once()))
            assert line.told[1]["text"].startswith(answer)
        assert "used before" in line.told[1]["text"]


async def test_a_socket_follows_its_subscription(
    open_server: OpenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hears heartbeats, and what the Subscription asks for now; nothing of a deleted one."""
    monkeypatch.setattr(socket_session, "LOOK", 0.05)
    server: Any = await open_server(work=False)
    hook = topical("", "alert", content="full-resource", heartbeat_period=1)
    hook["channel"] |= {"type": "websocket", "payload": "application/fhir+xml"}
    del hook["channel"]["endpoint"]
    flag = {"status": "active", "code": {"text": "fall"}, "subject": {"display": "Mme Durand"}}
    async with running(server.services) as work:
        tokens = subscription_tokens(work.office.seal)
        id = await server.subscribe(hook)
        line = Line(said(text=f"bind {id}"))
        serving = asyncio.create_task(
            line.open(Sockets(work.office, tokens, server.services.store.used_once()))
        )
        await line.heard("heartbeat")
        await server.create({"resourceType": "Flag"} | flag)
        assert "Mme Durand" in await line.heard("event-notification")
        hook["channel"]["_payload"]["extension"][0]["valueCode"] = "id-only"
        await server.put(hook | {"id": id})
        await server.create({"resourceType": "Flag"} | flag)
        assert "Mme Durand" not in await line.heard("event-notification", 2)
        await server.http.delete(f"/Subscription/{id}")
        await asyncio.sleep(0.2)
        told = len(line.told)
        await asyncio.sleep(1.5)
        assert len(line.told) == told
        serving.cancel()
        await asyncio.wait([serving])
