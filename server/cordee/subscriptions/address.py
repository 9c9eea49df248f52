"""Where notifications may go: HTTPS, and no address inside the house unless a setting allows it.

The check is made on the addresses that a name resolves to, at the moment of connecting, and the
connection goes to an address that was checked. Redirects are never followed.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from urllib.parse import SplitResult, urlsplit

from cordee.settings import Settings


class AddressRefusedError(Exception):
    """Nothing may be sent to this address."""


class Addresses:
    """The rule of one server's settings: those of subscriptions, unless others are given."""

    def __init__(
        self,
        settings: Settings,
        *,
        hosts: Sequence[str] | None = None,
        allow_http: bool | None = None,
        setting: str = "CORDEE_SUBSCRIPTIONS_ALLOWED_HOSTS",
    ) -> None:
        """Read the allow-list: names, addresses, or networks as `10.1.0.0/16`.

        `setting` is what people are told of where a host is not allowed.
        """
        told = settings.subscriptions_allow_http if allow_http is None else allow_http
        self._allow_http = told
        self._setting = setting
        self._names: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for entry in settings.subscriptions_allowed_hosts if hosts is None else hosts:
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                self._names.add(entry.lower())

    def check_url(self, url: str) -> SplitResult:
        """Check what can be seen from a URL alone. Raises `AddressRefusedError`."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            _ = parts.port
        except ValueError as error:
            raise AddressRefusedError(f"{url!r} is not a URL") from error
        if parts.scheme not in ("https", "http") or not host:
            raise AddressRefusedError(f"{url!r} is not an https URL")
        if parts.scheme == "http" and not self._allow_http:
            raise AddressRefusedError("Notifications go over https only: http is not allowed here")
        if parts.username is not None or parts.password is not None:
            raise AddressRefusedError("The URL must not carry a user name or a password")
        if not self._named(host):
            literal = _literal(host)
            if literal is not None:
                self._check((literal,), host)
            elif host == "localhost" or host.endswith(".localhost"):
                raise self._inside(host)
        return parts

    async def resolve(self, host: str, port: int) -> list[str]:
        """Give the addresses of a host, all of them checked.

        Raises `AddressRefusedError`, or `OSError` when the name has no address.
        """
        loop = asyncio.get_running_loop()
        rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = list(dict.fromkeys(str(row[4][0]) for row in rows))
        if not self._named(host):
            self._check(found, host)
        return found

    def _named(self, host: str) -> bool:
        return host.lower().rstrip(".") in self._names

    def _check(self, addresses: Iterable[str], host: str) -> None:
        for text in addresses:
            address = ipaddress.ip_address(text.partition("%")[0])
            if any(address in network for network in self._networks):
                continue
            if not _public(address):
                raise self._inside(host)

    def _inside(self, host: str) -> AddressRefusedError:
        return AddressRefusedError(f"{host} is not a public address; {self._setting} can allow it")


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _public(inner)
        if address not in _UNICAST:
            return False
    special = any(address in network for network in _SPECIAL)
    return address.is_global and not address.is_multicast and not special


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""What IPv6 gives to the internet: other forms hold an address of IPv4, or stay in the house."""
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""What the library of some versions of Python takes for public (RFC 6890, 7526, 9637)."""


def _literal(host: str) -> str | None:
    """Give the address that a host is written as, also in the short forms that systems accept."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None
