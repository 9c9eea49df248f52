"""What people ask the validation page to fetch for them, from public hosts alone.

The connection goes to an address that was checked just then, each redirect is checked anew, and
what comes is bounded in size and in time.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import httpcore

from cordee.settings import Settings
from cordee.subscriptions.address import Addresses, AddressRefusedError

SECONDS = 10.0
MOST_BYTES = 5_000_000
MOST_REDIRECTS = 3
REDIRECTS = frozenset((301, 302, 303, 307, 308))
HEADERS = [
    (b"Accept", b"application/fhir+json, application/fhir+xml, application/xml, */*;q=0.1"),
    (b"Accept-Encoding", b"identity"),
    (b"User-Agent", b"Cordee"),
]
Told = tuple[int, dict[bytes, bytes], bytes]


class NotFetchedError(Exception):
    """Nothing could be fetched; the text says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched, and from where in the end."""

    url: str
    data: bytes


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were checked, under the name they were asked by."""

    def __init__(self, addresses: Addresses) -> None:
        """Keep the rule."""
        self._addresses = addresses
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's shape
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check and connect."""
        found = await self._addresses.resolve(host, port)
        return await self._inner.connect_tcp(found[0], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


class Fetch:
    """Fetches for people; nothing is kept."""

    def __init__(self, settings: Settings) -> None:
        """Read which hosts are allowed beside public ones."""
        self._addresses = Addresses(
            settings,
            hosts=settings.console_fetch_hosts,
            allow_http=True,
            setting="CORDEE_CONSOLE_FETCH_HOSTS",
        )

    async def get(self, url: str) -> Fetched:
        """Fetch. Raises `NotFetchedError`."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self._followed(url)
        except TimeoutError:
            raise NotFetchedError(f"No answer within {SECONDS:g} seconds") from None
        except AddressRefusedError as error:
            raise NotFetchedError(str(error)) from None
        except (OSError, httpcore.NetworkError, httpcore.ProtocolError, UnicodeError) as error:
            raise NotFetchedError(f"Nothing came: {type(error).__name__}") from None

    async def _followed(self, url: str) -> Fetched:
        backend = CheckedBackend(self._addresses)
        async with httpcore.AsyncConnectionPool(network_backend=backend) as pool:
            for _ in range(MOST_REDIRECTS + 1):
                self._addresses.check_url(url)
                status, headers, data = await _asked(pool, url)
                if status not in REDIRECTS:
                    break
                url = urljoin(url, headers.get(b"location", b"").decode("latin-1"))
            else:
                raise NotFetchedError(f"More than {MOST_REDIRECTS} redirects")
        if status != 200:
            raise NotFetchedError(f"The server there answered {status}")
        return Fetched(url, data)


async def _asked(pool: httpcore.AsyncConnectionPool, url: str) -> Told:
    async with pool.stream("GET", url, headers=HEADERS) as answer:
        headers = {name.lower(): value for name, value in answer.headers}
        if answer.status != 200:
            return answer.status, headers, b""
        parts, size = [], 0
        async for part in answer.aiter_stream():
            size += len(part)
            if size > MOST_BYTES:
                raise NotFetchedError(f"There are more than {MOST_BYTES} bytes")
            parts.append(part)
        return answer.status, headers, b"".join(parts)
