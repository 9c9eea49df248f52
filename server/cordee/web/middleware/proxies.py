"""What trusted proxies say of a connection: who is behind them, over what, with which certificate.

Nothing of it is believed from anybody else.

https://www.rfc-editor.org/rfc/rfc9440
"""

import ipaddress
import ssl
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from cordee.access.client_certificate import from_header
from cordee.web.networks import Networks

SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}
"""Type of scope → what `X-Forwarded-Proto` makes its scheme."""


class Proxies:
    """Wraps an ASGI application, which then sees the client rather than the proxy."""

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        """Read addresses and networks. Raises `ValueError`."""
        self._app = app
        self._trusted = Networks(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, as its sender sent it."""
        client = scope.get("client")
        if scope["type"] in SCHEMES and client is not None and client[0] in self._trusted:
            scope = {**scope, **self._told(scope)}
        await self._app(scope, receive, send)

    def _told(self, scope: Scope) -> Scope:
        given: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            given.setdefault(name, []).append(value.decode("latin-1"))
        protocol = ",".join(given.get(b"x-forwarded-proto", ())).rpartition(",")[2].strip()
        scheme = SCHEMES[scope["type"]].get(protocol, scope["scheme"])
        extensions = {k: v for k, v in scope.get("extensions", {}).items() if k != "tls"}
        # The proxy's own certificate, if it has one, is not the client's.
        if (chain := _chain(given.get(b"client-cert", []))) or scheme in ("https", "wss"):
            extensions["tls"] = {"client_cert_chain": chain}
        hops = [hop.strip() for hop in ",".join(given.get(b"x-forwarded-for", ())).split(",")]
        client = self._client(hops) or scope["client"]
        return {"scheme": scheme, "client": client, "extensions": extensions}

    def _client(self, hops: Sequence[str]) -> tuple[str, int] | None:
        """Give the nearest hop that is no trusted proxy; what came before it is hearsay."""
        for hop in reversed(hops):
            try:
                ipaddress.ip_address(hop)
            except ValueError:
                return None
            if hop not in self._trusted:
                return (hop, 0)
        return None


def _chain(headers: Sequence[str]) -> tuple[str, ...]:
    """Give the certificate a proxy hands over; two headers mean that one is the client's own."""
    found = from_header(headers[0]) if len(headers) == 1 else None
    return (ssl.DER_cert_to_PEM_cert(found),) if found is not None else ()
