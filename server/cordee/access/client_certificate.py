"""The client certificate of a call: its subject, its thumbprint, and how proxies hand it over.

https://www.rfc-editor.org/rfc/rfc8705#section-3.1
https://www.rfc-editor.org/rfc/rfc9440
"""

import base64
import binascii
import hashlib
import ssl
from urllib.parse import unquote

from cryptography import x509

from cordee.access.tokens.refusal import invalid

PEM = "-----BEGIN"


def thumbprint(certificate: bytes) -> str:
    """Give the `x5t#S256` of a certificate (DER): base64url of the digest, without padding."""
    return _encoded(hashlib.sha256(certificate).digest())


def hexadecimal_thumbprint(certificate: bytes) -> str:
    """Give what the French guide's example shows instead: base64url of the digest's hex digits."""
    return _encoded(hashlib.sha256(certificate).hexdigest().encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def subject(certificate: bytes) -> x509.Name:
    """Give the subject of a certificate (DER). Raises UNAUTHENTICATED for what is none."""
    try:
        return x509.load_der_x509_certificate(certificate).subject
    except ValueError:
        raise invalid("The client certificate cannot be read") from None


def named(text: str) -> x509.Name:
    """Read a distinguished name as RFC 4514 writes it: `CN=tool,OU=1…,O=…,C=FR`.

    Raises `ValueError`.
    """
    return x509.Name.from_rfc4514_string(text)


def from_header(value: str) -> bytes | None:
    """Give the certificate (DER) in a proxy's `Client-Cert` header; None for none.

    RFC 9440's own form `:MII…:`, or PEM escaped as in a URL, which nginx writes.
    """
    text = value.strip()
    try:
        if text.startswith(":") and text.endswith(":") and len(text) > 2:
            return base64.b64decode(text[1:-1], validate=True)
        if text.startswith(PEM):
            return ssl.PEM_cert_to_DER_cert(unquote(text))
    except (binascii.Error, ValueError):
        pass
    return None
