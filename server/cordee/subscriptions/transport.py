"""HTTP to subscribers: pooled connections that only ever reach checked addresses."""

import asyncio
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import SplitResult, quote

from cordee.settings import Settings
from cordee.subscriptions.address import Addresses, AddressRefusedError
from cordee.subscriptions.http_connection import Answer, HttpConnection, UnusedError

MOST = 2_000
"""Connections at once; a subscriber that does not answer holds one."""
KEPT = 60.0
"""Seconds that a connection is kept with nothing to send."""
MOST_KEPT = 8
"""Connections kept for one place."""
PORTS = {"http": 80, "https": 443}
_KEPT_IN_URLS = "/:@!$&'()*+,;=-._~%[]?"

Place: TypeAlias = tuple[str, str, int]
"""(scheme, host, port)."""


class Transport:
    """Sends requests; redirects are answers like others."""

    def __init__(self, settings: Settings, addresses: Addresses) -> None:
        """Make the pool; certificates come from the settings."""
        self._tls = ssl.create_default_context()
        if settings.subscriptions_client_certificate is not None:
            self._tls.load_cert_chain(
                settings.subscriptions_client_certificate, settings.subscriptions_client_key
            )
        self._addresses = addresses
        self._kept: defaultdict[Place, deque[HttpConnection]] = defaultdict(deque)
        self._free = asyncio.Semaphore(MOST)
        self._swept = 0.0

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float
    ) -> Answer:
        """Send one request; the answer's content is read and thrown away.

        Raises `AddressRefusedError`, or `ConnectionError` for whatever went wrong on the way.
        """
        parts = self._addresses.check_url(url)
        place = (parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme])
        request = _written(method, parts, headers, body)
        try:
            async with asyncio.timeout(seconds), self._free:
                return await self._ask(place, request)
        except TimeoutError as error:
            raise ConnectionError(f"no answer within {seconds:g} seconds") from error
        except ConnectionError:
            raise
        except OSError as error:
            raise ConnectionError(_reason(error)) from error

    async def close(self) -> None:
        """Close all connections."""
        for kept in self._kept.values():
            for connection in kept:
                connection.close()
        self._kept.clear()
        await asyncio.sleep(0)

    async def _ask(self, place: Place, request: bytes) -> Answer:
        connection = self._take(place) or await self._connect(place)
        try:
            answer = await connection.ask(request)
        except UnusedError:
            if not connection.used:
                raise
            # It was kept too long for the other side, which has not read the request.
            connection = await self._connect(place)
            answer = await connection.ask(request)
        self._keep(place, connection)
        return answer

    def _take(self, place: Place) -> HttpConnection | None:
        kept = self._kept.get(place)
        oldest = time.monotonic() - KEPT
        while kept:
            connection = kept.pop()
            if connection.open and connection.idle_since > oldest:
                return connection
            connection.close()
        return None

    def _keep(self, place: Place, connection: HttpConnection) -> None:
        if connection.open:
            connection.idle_since = time.monotonic()
            kept = self._kept[place]
            kept.append(connection)
            if len(kept) > MOST_KEPT:
                kept.popleft().close()
        self._sweep()

    def _sweep(self) -> None:
        """Close what has been idle for long, everywhere, now and then."""
        now = time.monotonic()
        if now - self._swept < KEPT:
            return
        self._swept = now
        for place, kept in list(self._kept.items()):
            while kept and kept[0].idle_since < now - KEPT:
                kept.popleft().close()
            if not kept:
                del self._kept[place]

    async def _connect(self, place: Place) -> HttpConnection:
        """Connect to an address that was checked just now, the first that answers."""
        scheme, host, port = place
        loop = asyncio.get_running_loop()
        try:
            found = await self._addresses.resolve(host, port)
        except OSError as error:
            raise ConnectionError(f"{host} has no address") from error
        failure: OSError = ConnectionError(f"{host} has no address")
        tls = scheme == "https"
        for address in found:
            try:
                _, connection = await loop.create_connection(
                    HttpConnection,
                    address,
                    port,
                    ssl=self._tls if tls else None,
                    server_hostname=host if tls else None,
                )
            except OSError as error:
                failure = error
            else:
                return connection
        raise ConnectionError(_reason(failure)) from failure


def _reason(error: OSError) -> str:
    """Say what went wrong, but no address: the subscriber reads it."""
    if isinstance(error, ConnectionError) and type(error) is ConnectionError:
        return str(error)
    said = getattr(error, "verify_message", "")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _written(method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    """Write a request. Raises `AddressRefusedError` for what cannot be written so."""
    try:
        host = (parts.hostname or "").encode("idna").decode()
        host = f"[{host}]" if ":" in host else host
        port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
        target = quote(parts.path or "/", safe=_KEPT_IN_URLS)
        if parts.query:
            target += "?" + quote(parts.query, safe=_KEPT_IN_URLS)
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host}{port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode("latin-1") + body
    except UnicodeError as error:
        raise AddressRefusedError("The URL or a header cannot be written in HTTP") from error
