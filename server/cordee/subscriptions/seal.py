"""Secrets at rest: sealed with AES-256-GCM, bound to the place they may be used at.

A sealed text may be shown to those who read the Subscription and sent back by them: it opens only
for the same subscription and the same endpoint.

https://csrc.nist.gov/pubs/sp/800/38/d/final
"""

import base64
import hashlib
import os
from collections.abc import Callable
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cordee.access.kept_key import kept_key
from cordee.settings import Settings

MARK = "sealed:v1:"
_NONCE = 12


class SealBrokenError(ValueError):
    """A sealed text was made with another key, or for another place."""


class Seal:
    """Seals and opens texts with one key, which is only fetched, or made, when it is needed."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        """Take what gives 32 bytes."""
        self._key = key

    @classmethod
    def of(cls, settings: Settings) -> "Seal":
        """Use the key of the settings, else the one kept in the data folder, made when missing."""
        if settings.subscriptions_key:
            key = hashlib.sha256(settings.subscriptions_key.encode()).digest()
            return cls(lambda: key)
        return cls(lambda: kept_key(settings.data / "subscriptions.key"))

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._key())

    def close(self, text: str, place: str) -> str:
        """Seal a text for a place."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())
        return MARK + base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """Give the text. Raises `SealBrokenError`."""
        try:
            data = base64.urlsafe_b64decode(sealed.removeprefix(MARK))
            return self._cipher.decrypt(data[:_NONCE], data[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError from error
