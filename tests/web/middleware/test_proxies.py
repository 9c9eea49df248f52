"""What proxies say is believed of trusted ones alone (RFC 9440)."""

import base64
import ssl
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from access.certificates import authority
from cordee.web.callers import certificate
from cordee.web.middleware.proxies import Proxies

PROXY, CLIENT = "192.0.2.1", "198.51.100.7"


async def seen(
    headers: list[tuple[str, str]], *, peer: str = PROXY, type: str = "http", **more: Any
) -> Scope:
    """Give the scope that the application sees."""
    found: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        found.append(scope)

    async def receive() -> dict[str, Any]:
        return {}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": type, "scheme": "http", "client": (peer, 1), "headers": raw} | more
    await Proxies(app, ["192.0.2.0/24", "2001:db8::1"])(scope, receive, send)
    return found[0]


@pytest.fixture(scope="module")
def der(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A certificate."""
    folder: Path = tmp_path_factory.mktemp("proxies")
    return authority(folder, "tool").der


async def test_a_trusted_proxy_is_believed(der: bytes) -> None:
    """Address, scheme and certificate are those of the client behind it."""
    header = f":{base64.b64encode(der).decode()}:"
    told = [("X-Forwarded-For", CLIENT), ("X-Forwarded-Proto", "https"), ("Client-Cert", header)]
    scope = await seen(told)
    assert scope["client"][0] == CLIENT
    assert scope["scheme"] == "https"
    assert certificate(scope) == der
    assert (await seen(told, type="websocket", scheme="ws"))["scheme"] == "wss"


@pytest.mark.parametrize("peer", [CLIENT, "2001:db8::2", "unix", ""])
async def test_nobody_else_is(der: bytes, peer: str) -> None:
    """The headers of strangers change nothing."""
    header = f":{base64.b64encode(der).decode()}:"
    told = [("X-Forwarded-For", PROXY), ("X-Forwarded-Proto", "https"), ("Client-Cert", header)]
    scope = await seen(told, peer=peer)
    assert (scope["client"][0], scope["scheme"]) == (peer, "http")
    assert certificate(scope) is None


async def test_two_certificates_are_none(der: bytes) -> None:
    """One of them is the client's own invention."""
    header = f":{base64.b64encode(der).decode()}:"
    assert certificate(await seen([("Client-Cert", header), ("Client-Cert", header)])) is None
    assert certificate(await seen([("Client-Cert", f"{header}, {header}")])) is None


async def test_the_proxys_own_certificate_is_not_the_clients(der: bytes) -> None:
    """A proxy that itself comes with a certificate vouches for none by that."""
    own = {"tls": {"client_cert_chain": (ssl.DER_cert_to_PEM_cert(der),)}}
    assert certificate(await seen([], extensions=own)) is None
    assert certificate(await seen([], peer=CLIENT, extensions=own)) == der


@pytest.mark.parametrize(
    ("hops", "client"),
    [
        (f"203.0.113.9, {CLIENT}", CLIENT),
        (f"{CLIENT}, 192.0.2.9", CLIENT),
        ("192.0.2.9, 192.0.2.8", PROXY),
        ("unknown", PROXY),
        (f"{CLIENT}, unknown", PROXY),
        ("", PROXY),
    ],
)
async def test_the_nearest_stranger_is_the_client(hops: str, client: str) -> None:
    """What is written before it is hearsay; what is no address ends the chain."""
    scope = await seen([("X-Forwarded-For", hops), ("X-Forwarded-Proto", "gopher")])
    assert (scope["client"][0], scope["scheme"]) == (client, "http")
