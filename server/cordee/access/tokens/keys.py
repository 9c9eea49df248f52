"""The keys of an issuer: fetched when needed, kept a while, fetched again when a new one appears.

https://www.rfc-editor.org/rfc/rfc7517#section-5
https://openid.net/specs/openid-connect-core-1_0.html#RotateSigningKeys
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import structlog

from cordee.access.tokens.algorithms import PublicKey, fits, public_key
from cordee.errors import FhirError

log: Any = structlog.get_logger("cordee.access")

BURST = 5
"""Fetches for unknown keys that may follow one another at once."""
PAUSE = 5.0
"""Seconds after which one more is allowed: tokens that name keys nobody has must not cost much."""
RETRY = 1.0
"""Seconds after which an issuer that did not answer is asked again."""
STALE = 3600.0
"""Seconds that known keys go on being used while the issuer cannot be asked."""


class Keys(Protocol):
    """What verifies signatures."""

    async def candidates(self, kid: str | None, algorithm: str) -> list[PublicKey]:
        """Give the keys that a signature may be of; several only if it names none."""
        ...

    async def renewed(self) -> bool:
        """Look whether there are other keys than before, if that may be asked now."""
        ...


class RemoteKeys:
    """The keys at an issuer's `jwks_uri`."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Any]],
        *,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what fetches a JWK Set, and how long one is good for."""
        self._fetch = fetch
        self._seconds = seconds
        self._clock = clock
        self._found: list[tuple[dict[str, Any], PublicKey]] = []
        self._at = float("-inf")
        self._asked = float("-inf")
        self._allowance = float(BURST)
        self._turn = asyncio.Lock()
        self._failure: tuple[float, FhirError] | None = None
        self.generation = 0
        """Grows whenever the keys are others than before."""

    async def candidates(self, kid: str | None, algorithm: str) -> list[PublicKey]:
        """Give the keys that fit; asks the issuer when they are old, or when there is none.

        Raises `FhirError` UNAVAILABLE when the issuer was never heard, or not for long, or cannot
        be asked about a key that is not known.
        """
        await self.refresh()
        found = self._fitting(kid, algorithm)
        if not found and await self.renewed():
            found = self._fitting(kid, algorithm)
        if not found and self._failure is not None:
            raise self._failure[1]  # perhaps the key is new: nobody can tell now
        return found

    async def renewed(self) -> bool:
        """Fetch the keys again, unless that was done too often; tell whether they are others."""
        before = self.generation
        if self._may_ask():
            await self._renew(self._at)
        return self.generation != before

    async def refresh(self) -> None:
        """Fetch the keys again if they are old."""
        if self._clock() - self._at >= self._seconds:
            await self._renew(self._at)

    def _fitting(self, kid: str | None, algorithm: str) -> list[PublicKey]:
        return [
            key
            for jwk, key in self._found
            if (kid is None or jwk.get("kid", kid) == kid) and fits(jwk, algorithm)
        ]

    def _may_ask(self) -> bool:
        now = self._clock()
        earned = (now - self._asked) / PAUSE
        self._allowance = min(BURST, self._allowance + earned)
        self._asked = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    async def _renew(self, seen: float) -> None:
        """Fetch once for all who wait; `seen` is how old the keys were when the caller looked."""
        async with self._turn:
            if self._at != seen:
                return
            try:
                self._take(await self._asked_for())
            except FhirError:
                if self._clock() - self._at > self._seconds + STALE:
                    raise
                return
            self._at = self._clock()

    async def _asked_for(self) -> Any:
        """Fetch, but not again at once what has just failed."""
        if self._failure is not None and self._clock() - self._failure[0] < RETRY:
            raise self._failure[1]
        try:
            fetched = await self._fetch()
        except FhirError as error:
            log.warning("the keys of the identity provider could not be fetched", reason=str(error))
            self._failure = (self._clock(), error)
            raise
        self._failure = None
        return fetched

    def _take(self, fetched: Any) -> None:
        rows = fetched.get("keys") if isinstance(fetched, dict) else None
        jwks = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        if jwks == [jwk for jwk, _ in self._found]:
            return
        read = ((jwk, public_key(jwk)) for jwk in jwks)
        self._found = [(jwk, key) for jwk, key in read if key is not None]
        self.generation += 1
