"""TLS toward another system: whom is trusted, and the certificate that says who we are.

https://www.rfc-editor.org/rfc/rfc8446
"""

import ssl
from pathlib import Path

from cordee.errors import Category, FhirError


def tls(
    what: str, authority: Path | None, certificate: Path | None, key: Path | None
) -> ssl.SSLContext:
    """Make the context, TLS 1.2 or newer; without an authority those of the system are trusted.

    `what` names the other system. Raises `FhirError` UNAVAILABLE when a certificate cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=str(authority) if authority else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        text = f"The certificate for {what} cannot be used: {error}"
        raise FhirError(Category.UNAVAILABLE, text) from error
    return context
