"""HTTPS served by ourselves: uvicorn's protocol, which also tells the client's certificate.

https://asgi.readthedocs.io/en/latest/specs/tls.html
"""

import asyncio
import ssl
from typing import Any

from cordee.settings import Settings
from cordee.web.http_protocol import HttpProtocol

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""For TLS 1.2; those of TLS 1.3 are all good."""


class TlsProtocol(HttpProtocol):
    """HTTP/1.1 over TLS, with the ASGI TLS extension."""

    _tls: dict[str, Any]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Read the certificate once a connection."""
        super().connection_made(transport)
        connection = transport.get_extra_info("ssl_object")
        der = connection.getpeercert(binary_form=True) if connection is not None else None
        chain = (ssl.DER_cert_to_PEM_cert(der),) if der else ()
        self._tls = {"client_cert_chain": chain}

    def on_message_begin(self) -> None:
        """Put it into each request's scope."""
        super().on_message_begin()
        self.scope["extensions"] = {"tls": self._tls}  # type: ignore[dict-item]


def context(settings: Settings) -> ssl.SSLContext:
    """Make the TLS rules of the settings. Raises `OSError` or `ssl.SSLError` for unusable files."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(CIPHERS)
    made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    if settings.tls_certificate is not None:
        made.load_cert_chain(settings.tls_certificate, settings.tls_key)
    if settings.tls_client_authorities is not None:
        made.load_verify_locations(settings.tls_client_authorities)
        made.verify_mode = ssl.CERT_OPTIONAL
    return made
