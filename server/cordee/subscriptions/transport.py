"""HTTP to subscribers: pooled connections that only ever reach checked addresses."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore

from cordee.settings import Settings
from cordee.subscriptions.address import Addresses, AddressRefusedError

MOST = 2_000
"""Connections at once; a subscriber that does not answer holds one."""
KEPT = 60.0
LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a subscriber answered."""

    status: int
    headers: Mapping[str, str]


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to addresses after checking them, and to nothing else."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's shape
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                found = await self._addresses.resolve(host, port)
        except (OSError, TimeoutError) as error:
            raise httpcore.ConnectError(f"{host} has no address") from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in found:
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Transport:
    """Sends requests; redirects are answers like others."""

    def __init__(self, settings: Settings, addresses: Addresses) -> None:
        """Make the pool; certificates come from the settings."""
        context = ssl.create_default_context()
        if settings.subscriptions_client_certificate is not None:
            context.load_cert_chain(
                settings.subscriptions_client_certificate, settings.subscriptions_client_key
            )
        self._addresses = addresses
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=MOST,
            max_keepalive_connections=MOST // 4,
            keepalive_expiry=KEPT,
            network_backend=_Checked(addresses),
        )

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float
    ) -> Answer:
        """Send one request; the answer's content is read and thrown away.

        Raises `AddressRefusedError`, or `ConnectionError` for whatever went wrong on the way.
        """
        self._addresses.check_url(url)
        sent = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
        host = httpcore.URL(url)
        sent.append((b"Host", _host(host)))
        sent.append((b"Content-Length", str(len(body)).encode()))
        limits = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
        try:
            async with (
                asyncio.timeout(seconds),
                self._pool.stream(
                    method, host, headers=sent, content=body, extensions={"timeout": limits}
                ) as answer,
            ):
                await _drain(answer)
                return Answer(
                    answer.status,
                    {
                        name.decode("latin-1").lower(): value.decode("latin-1")
                        for name, value in answer.headers
                    },
                )
        except AddressRefusedError:
            raise
        except TimeoutError as error:
            raise ConnectionError(f"no answer within {seconds:g} seconds") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise ConnectionError(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        except (ssl.SSLError, OSError) as error:
            raise ConnectionError(type(error).__name__) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


async def _drain(answer: httpcore.Response) -> None:
    """Read a short answer to its end, so that the connection can be used again."""
    size = 0
    async for part in answer.aiter_stream():
        size += len(part)
        if size > LARGEST_ANSWER:
            return


def _host(url: httpcore.URL) -> bytes:
    usual = {b"http": 80, b"https": 443}.get(url.scheme)
    host = b"[" + url.host + b"]" if b":" in url.host else url.host
    return host if url.port in (None, usual) else host + b":" + str(url.port).encode()
