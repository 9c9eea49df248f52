"""The keys that our tokens are signed with: shared by all servers, sealed, replaced in time.

A period of rotation has one key; the key of the period before goes on verifying until the tokens
signed with it have expired. Older ones are deleted, and with them every token they signed.
"""

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc.jwk import ECKey

from cordee.access.authorization_server.records import KeyRing
from cordee.access.tokens.algorithms import PublicKey
from cordee.errors import Category, FhirError

ALGORITHM = "ES256"
KEPT = 10.0
"""Seconds that keys read from the database are used before they are read again."""
_NONCE = 12


class SigningKeys:
    """Signs with the newest key, verifies with those still good; a `Keys` as an issuer's are."""

    def __init__(
        self,
        ring: KeyRing,
        secret: Callable[[], bytes],
        *,
        period: float,
        lifetime: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the ring, what gives the 32 bytes that seal it, and two spans in seconds."""
        self._ring = ring
        self._secret = secret
        self._period = period
        self._lifetime = lifetime
        self._clock = clock
        self._turn = asyncio.Lock()
        self._known: dict[int, ECKey] = {}
        self._read_at = float("-inf")

    async def current(self) -> ECKey:
        """Give the key to sign with now."""
        period = self._now()
        keys = await self._good()
        return keys[period]

    async def candidates(self, kid: str | None, algorithm: str) -> list[PublicKey]:
        """Give the key that a token of ours names."""
        if algorithm != ALGORITHM or kid is None:
            return []
        return [key for key in (await self._good()).values() if key.kid == kid]

    async def renewed(self) -> bool:
        """Tell that there is nothing more to look at: our keys never change under their names."""
        return False

    async def public(self) -> list[dict[str, Any]]:
        """Give the public keys, as the JWK Set publishes them."""
        return [
            key.as_dict(private=False) | {"kid": key.kid, "use": "sig", "alg": ALGORITHM}
            for key in (await self._good()).values()
        ]

    def _now(self) -> int:
        return int(self._clock() // self._period)

    def _oldest(self) -> int:
        """Give the oldest period whose tokens can still be alive."""
        return int((self._clock() - self._lifetime) // self._period)

    async def _good(self) -> dict[int, ECKey]:
        now, oldest = self._now(), self._oldest()
        if now not in self._known or self._clock() - self._read_at > KEPT:
            async with self._turn:
                if now not in self._known or self._clock() - self._read_at > KEPT:
                    await self._read(now, oldest)
        return {period: key for period, key in self._known.items() if period >= oldest}

    async def _read(self, now: int, oldest: int) -> None:
        sealed = await self._ring.keys()
        if now not in sealed:
            await self._ring.add(now, self._sealed(now, ECKey.generate_key("P-256", private=True)))
            await self._ring.forget(oldest)
            sealed = await self._ring.keys()
        self._known = {period: self._opened(period, text) for period, text in sealed.items()}
        self._read_at = self._clock()

    def _sealed(self, period: int, key: ECKey) -> str:
        nonce = os.urandom(_NONCE)
        plain = json.dumps(key.as_dict(private=True)).encode()
        sealed = AESGCM(self._secret()).encrypt(nonce, plain, b"%d" % period)
        return base64.b64encode(nonce + sealed).decode()

    def _opened(self, period: int, text: str) -> ECKey:
        data = base64.b64decode(text)
        try:
            plain = AESGCM(self._secret()).decrypt(data[:_NONCE], data[_NONCE:], b"%d" % period)
        except InvalidTag as error:
            raise FhirError(
                Category.UNAVAILABLE,
                "The signing keys in the database were sealed with another secret: all servers "
                "need the same CORDEE_TOKEN_SECRET",
            ) from error
        key = ECKey.import_key(json.loads(plain))
        key.ensure_kid()
        return key
