"""A bounded memory of answers that grow old."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Answers by question; the least recently used make room, none is given past its time.

    Safe to use from several threads.
    """

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Hold at most `size` answers; `clock` gives seconds."""
        self._size = size
        self._clock = clock
        self._held: dict[K, tuple[float, V]] = {}
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Give an answer that is not too old, or None."""
        with self._lock:
            found = self._held.pop(key, None)
            if found is None or found[0] <= self._clock():
                return None
            self._held[key] = found  # again, as the most recently used
            return found[1]

    def put(self, key: K, value: V, seconds: float) -> None:
        """Keep an answer for some seconds."""
        with self._lock:
            self._held.pop(key, None)
            self._held[key] = (self._clock() + seconds, value)
            while len(self._held) > self._size:
                del self._held[next(iter(self._held))]

    def __len__(self) -> int:
        return len(self._held)
