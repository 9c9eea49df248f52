"""The access tokens we issue: signed, short-lived, for this server alone.

https://www.rfc-editor.org/rfc/rfc9068
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from joserfc import jwt

from cordee.access.authorization_server.signing_keys import ALGORITHM, SigningKeys
from cordee.access.client_certificate import thumbprint
from cordee.access.tokens.binding import MEMBER


@dataclass(frozen=True, slots=True)
class Issued:
    """The answer of the token endpoint, and what is known of the token without reading it."""

    token: str
    seconds: int
    scopes: frozenset[str]
    subject: str
    client: str
    exchanged: bool = False

    def answer(self) -> dict[str, Any]:
        """Give the answer's members (RFC 6749 §5.1, RFC 8693 §2.2.1)."""
        made: dict[str, Any] = {
            "access_token": self.token,
            "token_type": "Bearer",
            "expires_in": self.seconds,
            "scope": " ".join(sorted(self.scopes)),
        }
        if self.exchanged:
            made["issued_token_type"] = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
        return made


class Issuing:
    """Makes tokens in the name of one issuer for one audience."""

    def __init__(
        self,
        keys: SigningKeys,
        *,
        issuer: str,
        audience: str,
        seconds: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take what signs; `seconds` is how long a token lives."""
        self._keys = keys
        self.issuer = issuer
        self.audience = audience
        self._seconds = seconds
        self._clock = clock

    async def issue(
        self,
        subject: str,
        client: str,
        scopes: frozenset[str],
        *,
        certificate: bytes | None,
        more: dict[str, Any] | None = None,
    ) -> Issued:
        """Make a token; with a certificate it is bound to that (RFC 8705 §3)."""
        now = int(self._clock())
        claims: dict[str, Any] = dict(more or {}) | {
            "iss": self.issuer,
            "sub": subject,
            "aud": [self.audience],
            "client_id": client,
            "iat": now,
            "exp": now + self._seconds,
            "jti": str(uuid4()),
            "scope": " ".join(sorted(scopes)),
        }
        if certificate is not None:
            claims["cnf"] = {MEMBER: thumbprint(certificate)}
        key = await self._keys.current()
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": "at+jwt"}
        token = jwt.encode(header, claims, key, algorithms=[ALGORITHM])
        exchanged = "act" in claims
        return Issued(token, self._seconds, scopes, subject, client, exchanged=exchanged)
