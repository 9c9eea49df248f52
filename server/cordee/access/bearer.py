"""Callers known by an access token: of the identity provider, or one of our own.

https://www.rfc-editor.org/rfc/rfc6750
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cordee.access.authentication import Credentials
from cordee.access.authorization_server.signing_keys import SigningKeys
from cordee.access.authorization_server.token_endpoint import TokenEndpoint
from cordee.access.caller import Caller
from cordee.access.identity.identification import Identification
from cordee.access.tokens import binding
from cordee.access.tokens.claims import Expected, check
from cordee.access.tokens.provider import Proven, Provider
from cordee.access.tokens.refusal import invalid, missing, unscoped
from cordee.access.tokens.signature import unverified, verified
from cordee.errors import FhirError


@dataclass(frozen=True, slots=True)
class OwnTokens:
    """Our own authorization server, as far as it judges tokens and is published."""

    keys: SigningKeys
    endpoint: TokenEndpoint
    expected: Expected
    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked of tokens beyond being valid.

    `bound` wants every token bound to a client certificate; `hexadecimal` also takes the guide's
    form of that. `scopes` wants scopes on resources. `direct` lets the provider's own tokens in;
    else only those exchanged for ours.
    """

    bound: bool = False
    hexadecimal: bool = False
    scopes: bool = False
    direct: bool = True


class BearerAuthentication:
    """Tells callers by `Authorization: Bearer …`."""

    def __init__(
        self,
        provider: Provider,
        identification: Identification,
        demands: Demands,
        own: OwnTokens | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take who judges tokens and who finds people."""
        self._provider = provider
        self._identification = identification
        self._demands = demands
        self.own = own
        self._clock = clock

    async def caller(self, credentials: Credentials) -> Caller:
        """Tell who calls. Raises UNAUTHENTICATED as RFC 6750 words it, or FORBIDDEN."""
        token = _token(credentials.authorization)
        proven = await self._proven(token)
        binding.check(
            proven.claims,
            credentials.certificate,
            required=self._demands.bound,
            hexadecimal=self._demands.hexadecimal,
        )
        caller = await self._identification.caller(
            proven, credentials.practice, credentials.emergency
        )
        if self._demands.scopes and not caller.scopes:
            raise unscoped()
        return caller

    async def still(self, caller: Caller) -> Caller:
        """Ask the directory about them again."""
        return await self._identification.still(caller)

    async def _proven(self, token: str) -> Proven:
        own = self.own
        if own is not None and _named_issuer(token) == own.expected.issuer:
            claims = await verified(token, own.keys)
            check(claims, own.expected, self._clock())
            return Proven(claims, claims, own.expected.issuer)
        if not self._demands.direct:
            raise invalid("Tokens of the identity provider must be exchanged at the token endpoint")
        return await self._provider.proven(token)

    async def configuration(self) -> dict[str, Any]:
        """Give the endpoints and abilities that clients are told of, by their RFC 8414 names.

        Raises UNAVAILABLE when the identity provider cannot be asked.
        """
        if self.own is not None:
            return self.own.metadata
        return await self._provider.issuer.metadata()


def _token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").strip().partition(" ")
    if not authorization or scheme.lower() != "bearer":
        raise missing()
    token = token.strip()
    if not token.isascii() or not token or " " in token or "," in token:
        raise invalid("The Authorization header holds no single token")
    return token


def _named_issuer(token: str) -> object:
    """Give the issuer that a token names, to know who judges it."""
    try:
        return unverified(token).get("iss")
    except FhirError:
        return None
