"""Sets of addresses and networks, as settings write them."""

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class Networks:
    """Some addresses and networks (`10.1.0.0/16`)."""

    def __init__(self, written: Iterable[str]) -> None:
        """Read them. Raises `ValueError`."""
        self._all: list[Network] = [ipaddress.ip_network(each, strict=False) for each in written]

    def __contains__(self, address: str) -> bool:
        """Tell whether an address is one of them; what is no address is not."""
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
        return any((mapped or found) in network for network in self._all)
