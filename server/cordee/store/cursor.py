"""Opaque page positions: the sort values, type and id of one resource, signed.

A position that was altered, made up, or comes from another search order is refused.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bson

from cordee.errors import Category, FhirError
from cordee.store.documents import CODEC

SIGNATURE = 12
"""Bytes: enough against guessing, short in a URL."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins or ends."""

    type: str
    values: tuple[Any, ...]


class Cursors:
    """Makes and reads positions with the database's own secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, position: Position, scope: Sequence[object]) -> str:
        """Write a position; `scope` is what it must be used with again, such as the order."""
        payload = bson.encode({"t": position.type, "p": list(position.values)}, codec_options=CODEC)
        return base64.urlsafe_b64encode(self._sign(payload, scope) + payload).decode().rstrip("=")

    def fits(self, token: str, scope: Sequence[object]) -> bool:
        """Tell whether a position was made here for this order."""
        return self._read(token, scope) is not None

    def position(self, token: str, scope: Sequence[object]) -> Position:
        """Read a position; raises `FhirError(INVALID)` if it was not made here for this order."""
        payload = self._read(token, scope)
        if payload is None:
            raise FhirError(
                Category.INVALID,
                "_after or _before: this page link was not made by this server for this search",
            )
        content = bson.decode(payload, codec_options=CODEC)
        return Position(content["t"], tuple(content["p"]))

    def _read(self, token: str, scope: Sequence[object]) -> bytes | None:
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (ValueError, binascii.Error):
            return None
        signature, payload = raw[:SIGNATURE], raw[SIGNATURE:]
        return payload if hmac.compare_digest(signature, self._sign(payload, scope)) else None

    def _sign(self, payload: bytes, scope: Sequence[object]) -> bytes:
        message = repr(tuple(scope)).encode() + b"\0" + payload
        return hmac.new(self._secret, message, hashlib.sha256).digest()[:SIGNATURE]
