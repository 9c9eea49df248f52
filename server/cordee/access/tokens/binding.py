"""Tokens that only their holder can use: bound to the client certificate of the call.

https://www.rfc-editor.org/rfc/rfc8705#section-3
"""

import hmac

from cordee.access.client_certificate import hexadecimal_thumbprint, thumbprint
from cordee.access.tokens.claims import Claims
from cordee.access.tokens.refusal import invalid

MEMBER = "x5t#S256"


def check(
    claims: Claims, certificate: bytes | None, *, required: bool = False, hexadecimal: bool = False
) -> None:
    """Raise UNAUTHENTICATED unless the call comes with the certificate that the token names.

    `required` refuses tokens that name none. `hexadecimal` also takes the form that the example of
    the French guide shows.
    """
    bound = claims.get("cnf")
    if bound is None:
        if required:
            raise invalid("The token is not bound to a client certificate")
        return
    named = bound.get(MEMBER) if isinstance(bound, dict) else None
    if not isinstance(named, str) or len(bound) != 1:
        raise invalid("The token is bound in a way that is not known here")
    if certificate is None:
        raise invalid("The token is bound to a client certificate, and the call came with none")
    expected = {thumbprint(certificate)}
    if hexadecimal:
        expected.add(hexadecimal_thumbprint(certificate))
    given = named.rstrip("=").replace("+", "-").replace("/", "_") if hexadecimal else named
    if not any(hmac.compare_digest(given.encode(), each.encode()) for each in expected):
        raise invalid("The token is bound to another client certificate")
