"""Signed tokens: from the text of a JWS to the claims it proves.

https://www.rfc-editor.org/rfc/rfc7515
https://www.rfc-editor.org/rfc/rfc9068#section-4
"""

import base64
import binascii
import warnings

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning

from cordee.access.tokens.algorithms import ALGORITHMS, PublicKey
from cordee.access.tokens.claims import Claims, parsed
from cordee.access.tokens.keys import Keys
from cordee.access.tokens.refusal import invalid

LONGEST = 16 * 1024
"""Characters of a token."""
TYPES = frozenset(("jwt", "at+jwt", "application/at+jwt", "application/jwt"))
"""What the header may say the token is; a logout or a DPoP token is no access token."""


async def verified(token: str, keys: Keys, *, types: frozenset[str] = TYPES) -> Claims:
    """Give the claims of a token whose signature holds. Raises UNAUTHENTICATED otherwise."""
    header = _header(token, types)
    algorithm, kid = header["alg"], header.get("kid")
    for _ in range(2):
        for key in await keys.candidates(kid if isinstance(kid, str) else None, algorithm):
            payload = _payload(token, key, algorithm)
            if payload is not None:
                return _object(payload)
        if not await keys.renewed():
            break  # else another key goes by the same name now
    raise invalid("The token's signature is not by a key of its issuer")


def _payload(token: str, key: PublicKey, algorithm: str) -> bytes | None:
    """Give what is signed, if it is signed by this key."""
    try:
        with warnings.catch_warnings():
            # The name EdDSA is deprecated, and still the one that providers write.
            warnings.simplefilter("ignore", SecurityWarning)
            return jws.deserialize_compact(token, key, algorithms=[algorithm]).payload
    except (JoseError, ValueError):
        return None


def unverified(token: str) -> Claims:
    """Give what a token claims, proven by nothing: only good to know whom to ask about it."""
    return _object(_decoded(_parts(token)[1]))


def _parts(token: str) -> list[str]:
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3:
        raise invalid("The token is not a signed JSON Web Token")
    return parts


def _header(token: str, types: frozenset[str]) -> Claims:
    header = _object(_decoded(_parts(token)[0]))
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise invalid("The token is signed with an algorithm that is not accepted")
    if "crit" in header or "b64" in header:
        raise invalid("The token's header asks for something that is not known here")
    if str(header.get("typ", "JWT")).lower() not in types:
        raise invalid("The token is of a type that opens nothing here")
    return header


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise invalid("The token is not a signed JSON Web Token") from None


def _object(data: bytes) -> Claims:
    found = parsed(data)
    if not isinstance(found, dict):
        raise invalid("The token is not a signed JSON Web Token")
    return found
