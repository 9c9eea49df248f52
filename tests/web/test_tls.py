"""HTTPS served by ourselves, over a real socket."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from access.certificates import Certificate, authority
from cordee.settings import Settings
from cordee.web.callers import certificate
from cordee.web.tls import TlsProtocol, context


async def echo(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    """Answer with the certificate of the client."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": certificate(scope) or b""})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """An authority."""
    folder: Path = tmp_path_factory.mktemp("tls")
    return authority(folder, "root")


@pytest.fixture(scope="module")
async def url(root: Certificate) -> AsyncIterator[str]:
    """The address of a server that asks for client certificates."""
    own = root.give("server", "CN=localhost")
    settings = Settings(
        tls_certificate=Path(own.file),
        tls_key=Path(own.key_file),
        tls_client_authorities=Path(root.file),
    )
    config = uvicorn.Config(
        echo,
        port=0,
        http=TlsProtocol,
        ssl_context_factory=lambda *_: context(settings),
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.01)
    yield f"https://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


async def told(url: str, root: Certificate, client: Certificate | None = None) -> bytes:
    """Give what the server sees of a client's certificate."""
    trusting = ssl.create_default_context(cafile=root.file)
    if client is not None:
        trusting.load_cert_chain(client.file, client.key_file)
    async with httpx.AsyncClient(verify=trusting) as http:
        first = await http.get(url, headers={"Client-Cert": ":AAAA:"})
        second = await http.get(url)
    assert first.content == second.content
    return first.content


async def test_the_clients_certificate_is_seen(url: str, root: Certificate) -> None:
    """On every request of a connection; and none where the client has none."""
    tool = root.give("tool", "CN=tool,C=FR")
    assert await told(url, root, tool) == tool.der
    assert await told(url, root) == b""


async def test_other_authorities_are_refused(url: str, root: Certificate) -> None:
    """A certificate of the same subject by somebody else ends the handshake."""
    forged = authority(root.folder, "forger").give("forged", "CN=tool,C=FR")
    with pytest.raises(httpx.TransportError):
        await told(url, root, forged)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_old_protocols_are_refused(url: str, root: Certificate) -> None:
    """TLS 1.1 is not spoken."""
    old = ssl.create_default_context(cafile=root.file)
    old.minimum_version = ssl.TLSVersion.TLSv1_1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    async with httpx.AsyncClient(verify=old) as http:
        with pytest.raises(httpx.TransportError):
            await http.get(url)
