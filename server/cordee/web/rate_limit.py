"""How often one client may ask: a token bucket for each, shared by the processes of a machine.

The buckets lie in memory that the processes map together. They are not locked: two processes that
count the same client at the same instant may let one request more pass, which no limit minds.

https://www.rfc-editor.org/rfc/rfc6585#section-4
"""

import hashlib
import math
import mmap
import os
import struct
import time
from pathlib import Path

from cordee.errors import Category, FhirError

SLOTS = 1 << 16
"""Buckets; clients that share one by accident push each other out, and begin full again."""
BURST = 5
"""Seconds' worth of requests that may come at once."""
FAILURES_RATE = 5.0
FAILURES = 100
"""Failed attempts to be known that an address may make at once, and then five in a second."""

_SLOT = struct.Struct("<Qdd")


class RateLimits:
    """The buckets of one kind: `rate` tokens flow in a second, at most `burst` lie there."""

    def __init__(self, rate: float, burst: float, shared: Path | None = None) -> None:
        """Map the buckets: from a file that several processes share, or of this process alone."""
        self._rate, self._burst = rate, burst
        self._slots = _mapped(shared, SLOTS * _SLOT.size)

    def take(self, key: str, tokens: float = 1.0) -> None:
        """Take tokens from a client's bucket. Raises `FhirError` THROTTLED with `Retry-After`."""
        left = self._left(key) - tokens
        if left < 0:
            raise _throttled(-left / self._rate)
        self._put(key, left)

    def check(self, key: str) -> None:
        """Raise as `take` when a bucket is empty, taking nothing."""
        left = self._left(key)
        if left < 1:
            raise _throttled((1 - left) / self._rate)

    def _left(self, key: str) -> float:
        offset, tag = _place(key)
        owner, tokens, moment = _SLOT.unpack_from(self._slots, offset)
        if owner != tag:
            return self._burst
        return float(min(self._burst, tokens + (time.time() - moment) * self._rate))

    def _put(self, key: str, tokens: float) -> None:
        offset, tag = _place(key)
        _SLOT.pack_into(self._slots, offset, tag, tokens, time.time())


def _place(key: str) -> tuple[int, int]:
    digest = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")
    return digest % SLOTS * _SLOT.size, digest


def _mapped(shared: Path | None, size: int) -> mmap.mmap:
    if shared is None:
        return mmap.mmap(-1, size)
    descriptor = os.open(shared, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(descriptor, size)
        return mmap.mmap(descriptor, size)
    finally:
        os.close(descriptor)


def _throttled(seconds: float) -> FhirError:
    wait = max(1, math.ceil(seconds))
    return FhirError(
        Category.THROTTLED,
        f"Too many requests from this client; ask again in {wait} s (CORDEE_RATE_LIMIT)",
        headers={"Retry-After": str(wait)},
    )
