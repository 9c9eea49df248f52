"""TLS toward the operator: whom is trusted, and the certificate that says who we are.

Référentiel socle MSSanté #2: TLS 1.2 or newer, certificates of the organisation.
"""

import ssl

from cordee.errors import Category, FhirError
from cordee.settings import Settings


def tls(settings: Settings) -> ssl.SSLContext:
    """Make the context. Raises `FhirError` UNAVAILABLE when a certificate cannot be read."""
    try:
        authority = settings.mssante_authority
        context = ssl.create_default_context(cafile=str(authority) if authority else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if settings.mssante_certificate is not None:
            context.load_cert_chain(settings.mssante_certificate, settings.mssante_key)
    except (OSError, ssl.SSLError) as error:
        text = f"The certificates for secured mail cannot be read: {type(error).__name__}"
        raise FhirError(Category.UNAVAILABLE, text) from error
    return context
