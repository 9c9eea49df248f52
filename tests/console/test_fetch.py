"""What the validation page fetches for people, and what it must not."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cordee.console.fetch import MOST_BYTES, Fetch, NotFetchedError
from cordee.settings import Settings


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server on this machine that answers in all ways."""

    class Hook(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"resourceType": "Patient"}'
            status, headers = 200, {}
            match self.path:
                case "/loop":
                    status, headers = 302, {"Location": "/loop"}
                case "/inside":
                    status, headers = 302, {"Location": "http://169.254.169.254/latest"}
                case "/there":
                    status, headers = 301, {"Location": "/patient"}
                case "/large":
                    body = b"x" * (MOST_BYTES + 1)
                case "/missing":
                    status = 404
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *values: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening.server_port
        listening.shutdown()


@pytest.fixture
def fetch() -> Fetch:
    """What fetches where this machine is allowed."""
    return Fetch(Settings(console_fetch_hosts=["127.0.0.1"]))


@pytest.mark.parametrize("path", ["/patient", "/there"])
async def test_what_is_allowed_is_fetched(fetch: Fetch, port: int, path: str) -> None:
    """The content comes as it is, over redirects too."""
    found = await fetch.get(f"http://127.0.0.1:{port}{path}")
    assert found.data == b'{"resourceType": "Patient"}'
    assert found.url == f"http://127.0.0.1:{port}/patient"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/loop", "redirects"),
        ("/inside", "169.254.169.254 is not a public address"),
        ("/large", "more than"),
        ("/missing", "404"),
    ],
)
async def test_what_goes_astray_is_told(fetch: Fetch, port: int, path: str, reason: str) -> None:
    """Redirects to the inside or without end, and what is too large, are given up."""
    with pytest.raises(NotFetchedError, match=reason):
        await fetch.get(f"http://127.0.0.1:{port}{path}")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080/fhir/Patient",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "https://user:secret@example.org/",
        "no address",
    ],
)
async def test_nothing_inside_is_fetched(url: str) -> None:
    """No address of this machine or its networks is asked, however it is written."""
    with pytest.raises(NotFetchedError):
        await Fetch(Settings()).get(url)


async def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is the address that a name has at the moment of connecting."""

    async def inside(*_: Any, **__: Any) -> list[Any]:
        return [(0, 0, 0, "", ("192.168.1.7", 80))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", inside)
    with pytest.raises(NotFetchedError, match="not a public address"):
        await Fetch(Settings()).get("http://rebound.example/")
