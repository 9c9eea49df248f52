"""Who sends a request: what of it proves that, handed to the port that judges.

https://asgi.readthedocs.io/en/latest/specs/tls.html
"""

import ssl
from collections.abc import Mapping

from starlette.types import Scope

from cordee.access.authentication import Credentials
from cordee.access.caller import Caller
from cordee.access.identity.activities import HEADER as PRACTICE
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.web.admission import Admission
from cordee.web.call import Call

EMERGENCY = "X-Emergency-Access"
"""Breaks the glass; its value is the reason."""


def certificate(scope: Scope) -> bytes | None:
    """Give the client certificate (DER) that the TLS layer or a trusted proxy vouches for."""
    tls = scope.get("extensions", {}).get("tls")
    chain = tls.get("client_cert_chain") if tls else None
    return ssl.PEM_cert_to_DER_cert(chain[0]) if chain else None


async def caller(services: Services, scope: Scope, headers: Mapping[str, str]) -> Caller:
    """Tell who sends a request. Raises `FhirError` UNAUTHENTICATED, FORBIDDEN or UNAVAILABLE."""
    credentials = Credentials(
        authorization=headers.get("authorization"),
        certificate=certificate(scope),
        practice=headers.get(PRACTICE.lower()),
        emergency=headers.get(EMERGENCY.lower()),
    )
    return await services.authentication.caller(credentials)


async def admitted(services: Services, admission: Admission, call: Call) -> Caller:
    """Tell who sends a request, and count it. Raises as `caller`, and THROTTLED past the rates."""
    admission.before(call.address)
    try:
        found = await caller(services, call.scope, call.headers)
    except FhirError as error:
        admission.failed(call.address, error)
        raise
    admission.known(found, call.address)
    return found
