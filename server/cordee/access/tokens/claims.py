"""What a token must claim to be one for this server, now.

https://www.rfc-editor.org/rfc/rfc7519#section-4.1
https://www.rfc-editor.org/rfc/rfc9068#section-4
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

from cordee.access.tokens.refusal import invalid

Claims: TypeAlias = dict[str, Any]
"""What a token, or its issuer, says."""


LATEST = 1e11
"""Seconds of the epoch beyond which nothing is a time: three thousand years from now."""
OTHER_TOKENS = frozenset(("id", "refresh", "offline", "logout"))
"""What a Keycloak provider writes as `typ` into tokens that are not for access."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What to hold claims against.

    No `audiences` means that any will do, no `clients` that any client may call. `skew` are the
    seconds that clocks may differ.
    """

    issuer: str
    audiences: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()
    skew: float = 30.0


def parsed(data: bytes) -> Any:
    """Read JSON of a token, or of a provider; None for what is none, or holds what is no text.

    JSON can escape halves of a character, which nothing that is stored or compared could hold.
    """
    try:
        found = json.loads(data)
        if b"\\u" in data:
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found


def check(claims: Claims, expected: Expected, now: float) -> None:
    """Raise UNAUTHENTICATED, saying which claim does not hold; `now` in seconds of the epoch."""
    if str(claims.get("iss", "")).rstrip("/") != expected.issuer.rstrip("/"):
        raise invalid("The token is by another issuer")
    if expected.audiences.isdisjoint(audiences(claims)) and expected.audiences:
        raise invalid("The token is for another audience")
    if expected.clients and client_of(claims) not in expected.clients:
        raise invalid("The token was given to a client that is not known here")
    _check_times(claims, expected.skew, now)
    if str(claims.get("typ", "")).lower() in OTHER_TOKENS:
        raise invalid("The token is of a type that opens nothing here")
    if not isinstance(claims.get("sub", ""), str):
        raise invalid("The token's sub is not a string")


def _check_times(claims: Claims, skew: float, now: float) -> None:
    ends, begins = moment(claims, "exp"), moment(claims, "nbf")
    issued = moment(claims, "iat")
    if ends is None:
        raise invalid("The token does not say when it expires")
    if ends + skew <= now:
        raise invalid("The token has expired")
    if begins is not None and begins - skew > now:
        raise invalid("The token is not valid yet")
    if issued is not None and issued - skew > now:
        raise invalid("The token was issued in the future")


def moment(claims: Claims, name: str) -> float | None:
    """Give a NumericDate, or None where there is none. Raises UNAUTHENTICATED for anything else."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LATEST:
        raise invalid(f"The token's {name} is not a time")
    return float(value)


def audiences(claims: Claims) -> frozenset[str]:
    """Give whom a token is for."""
    return frozenset(strings(claims.get("aud")))


def client_of(claims: Claims) -> str | None:
    """Give the client that a token was given to."""
    found = claims.get("azp") or claims.get("client_id")
    return found if isinstance(found, str) else None


def scopes_of(claims: Claims) -> frozenset[str]:
    """Give a token's scopes, as one text of words or as a list."""
    given = claims.get("scope", claims.get("scp"))
    return frozenset(given.split()) if isinstance(given, str) else frozenset(strings(given))


def strings(value: Any) -> Collection[str]:
    """Give one string, or those of a list."""
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
