"""TLS toward the operator of the mailbox.

Référentiel socle MSSanté #2: TLS 1.2 or newer, certificates of the organisation.
"""

import ssl

from cordee.bridges.tls import tls
from cordee.settings import Settings


def context(settings: Settings) -> ssl.SSLContext:
    """Make the context. Raises `FhirError` UNAVAILABLE when a certificate cannot be used."""
    return tls(
        "secured mail",
        settings.mssante_authority,
        settings.mssante_certificate,
        settings.mssante_key,
    )
