"""Tokens of an identity provider, judged: signature or introspection, claims, level, person.

What was proven once is remembered while the token lives; when it ends, and whether its key is still
published, is looked at on every call.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from cordee.access.tokens.claims import Claims, Expected, check, moment
from cordee.access.tokens.issuer import Issuer
from cordee.access.tokens.refusal import invalid, too_weak
from cordee.access.tokens.short_memory import ShortMemory
from cordee.access.tokens.signature import verified


@dataclass(frozen=True, slots=True)
class Proven:
    """What is known for sure: the token's claims, and what the provider told of the person."""

    claims: Claims
    userinfo: Claims
    issuer: str


@dataclass(frozen=True, slots=True)
class Rules:
    """How tokens are judged beyond their claims.

    `introspection` asks the provider about each token, again after so many seconds; 0 asks never.
    `acr` is the level that people must have authenticated at. `userinfo` fetches what the provider
    knows of the person.
    """

    introspection: float = 0.0
    acr: str | None = None
    userinfo: bool = False


class Provider:
    """One provider and what is expected of its tokens."""

    def __init__(
        self,
        issuer: Issuer,
        expected: Expected,
        rules: Rules | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Nothing is fetched yet."""
        self.issuer = issuer
        self._expected = expected
        self._rules = rules or Rules()
        self._clock = clock
        self._claims: ShortMemory[tuple[bytes, int], Claims] = ShortMemory()
        self._people: ShortMemory[bytes, Claims] = ShortMemory()

    async def proven(self, token: str, *, introspect: bool = False) -> Proven:
        """Judge a token. Raises UNAUTHENTICATED, or UNAVAILABLE while the provider does not answer.

        `introspect` asks the provider once more, whatever is remembered.
        """
        digest = hashlib.sha256(token.encode()).digest()
        claims = await self._proven_claims(token, digest)
        check(claims, self._expected, self._clock())
        if introspect:
            await self.issuer.introspected(token)
        userinfo = await self._person(token, digest, claims) if self._rules.userinfo else {}
        acr = self._rules.acr
        if acr is not None and acr != (claims.get("acr") or userinfo.get("acr")):
            raise too_weak(acr)
        return Proven(claims, userinfo, self.issuer.name)

    async def _proven_claims(self, token: str, digest: bytes) -> Claims:
        signed = token.count(".") == 2
        if signed:
            await self.issuer.keys.refresh()
        elif not self._rules.introspection:
            raise invalid("The token is not a signed JSON Web Token")

        async def ask() -> tuple[Claims, float]:
            claims = await verified(token, self.issuer.keys) if signed else {}
            seconds = self._left(claims)
            if self._rules.introspection:
                told = await self.issuer.introspected(token)
                claims = {"iss": self.issuer.name} | told | claims
                seconds = min(self._left(claims), self._rules.introspection)
            return claims, seconds

        return await self._claims.asked((digest, self.issuer.keys.generation), ask)

    async def _person(self, token: str, digest: bytes, claims: Claims) -> Claims:
        async def ask() -> tuple[Claims, float]:
            found = await self.issuer.userinfo(token)
            if found.get("sub") != claims.get("sub"):
                raise invalid("The identity provider tells of another person than the token")
            return found, self._left(claims)

        return await self._people.asked(digest, ask)

    def _left(self, claims: Claims) -> float:
        return (moment(claims, "exp") or 0.0) - self._clock()
