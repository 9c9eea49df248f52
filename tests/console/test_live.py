"""Open dossiers that are told of news."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from console.conftest import Site
from cordee.console import live
from cordee.console.live import LiveDossiers


class Socket:
    """A websocket without a network."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard.put_nowait({"type": "websocket.connect"})

    async def receive(self) -> dict[str, Any]:
        """Hear."""
        return await self.heard.get()

    async def send(self, message: Any) -> None:
        """Say."""
        await self.sent.put(dict(message))

    async def told(self, seconds: float = 30) -> dict[str, Any]:
        """Give what comes next."""
        async with asyncio.timeout(seconds):
            return await self.sent.get()


async def _elsewhere(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await send({"type": "elsewhere"})


@asynccontextmanager
async def opened(site: Site, path: str, origin: str = "http://test") -> AsyncIterator[Socket]:
    """Open a socket of a page."""
    dossiers = LiveDossiers(site.services, site.app, None, _elsewhere)
    socket = Socket()
    scope = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "ws",
        "headers": [(b"host", b"test"), (b"origin", origin.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
        "subprotocols": [],
    }
    task = asyncio.create_task(dossiers(scope, socket.receive, socket.send))
    yield socket
    socket.heard.put_nowait({"type": "websocket.disconnect", "code": 1000})
    async with asyncio.timeout(30):
        await task
    await dossiers.close()


def _message(text: str) -> dict[str, Any]:
    return {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": "Patient/hostile"},
        "sent": "2026-11-22T08:00:00Z",
        "payload": [{"contentString": text}],
    }


async def test_a_message_is_told_at_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written in the record is sent, as the page would show it, to who has it open."""
    monkeypatch.setattr(live, "FIRST_LOOK", 60.0)
    async with opened(site, "/dossier/hostile/live") as socket:
        assert (await socket.told())["type"] == "websocket.accept"
        for number in range(10):  # the events are followed from about now on
            sent = _message(f"<b>dix heures</b> {number}")
            answer = await site.client.post("/fhir/Communication", json=sent)
            assert answer.status_code == 201, answer.text
            with contextlib.suppress(TimeoutError):
                told = await socket.told(2)
                break
        assert "&lt;b&gt;dix heures" in told["text"]


async def test_what_is_missed_at_the_beginning_is_told_soon(site: Site) -> None:
    """A socket looks by itself once the events are followed."""
    async with opened(site, "/dossier/hostile/live") as socket:
        assert (await socket.told())["type"] == "websocket.accept"
        answer = await site.client.post("/fhir/Communication", json=_message("aussitôt"))
        assert answer.status_code == 201
        assert "aussitôt" in (await socket.told())["text"]


@pytest.mark.parametrize(
    ("path", "origin"),
    [("/dossier/hostile/live", "https://evil.example"), ("/dossier/hostile/live", "")],
    ids=["another site", "no origin"],
)
async def test_foreign_pages_are_turned_away(site: Site, path: str, origin: str) -> None:
    """A page of another site cannot listen with its reader's session."""
    async with opened(site, path, origin) as socket:
        assert (await socket.told())["type"] == "websocket.close"


async def test_other_sockets_go_where_they_belong(site: Site) -> None:
    """The websockets of subscriptions are not the console's."""
    async with opened(site, "/fhir/subscriptions/websocket") as socket:
        assert (await socket.told())["type"] == "elsewhere"
