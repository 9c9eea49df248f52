"""What was read to make something, so that it is made again when that changes, and only then.

Whatever looks at definitions notes the canonicals (and the types of resource) that it looked up;
what is made meanwhile remembers them, and what was made of that remembers it in turn.

https://hl7.org/fhir/R4/conformance-module.html
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 4096
"""How many things a `Kept` keeps: requests may name whatever they like."""


class Reads:
    """The names that something was made from, its own and those of its parts."""

    __slots__ = ("names", "parts")

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.parts: set[Reads] = set()

    def touches(self, changed: AbstractSet[str]) -> bool:
        """Tell whether any of `changed` was read, by this or by a part."""
        seen: set[Reads] = set()
        waiting = [self]
        while waiting:
            reads = waiting.pop()
            if not changed.isdisjoint(reads.names):
                return True
            seen.add(reads)
            waiting += reads.parts - seen
        return False


_OPEN: ContextVar[Reads | None] = ContextVar("reads", default=None)


def note(*names: str) -> None:
    """Note what is being read, if anybody wants to know: canonical urls, identifiers, types."""
    reads = _OPEN.get()
    if reads is not None:
        reads.names.update(names)


def include(reads: Reads) -> None:
    """Note that a part made from `reads` is used."""
    outer = _OPEN.get()
    if outer is not None:
        outer.parts.add(reads)


def reading() -> Reads:
    """Give the reads that are being noted, so that work put off can add to them."""
    return _OPEN.get() or Reads()


MAKING = threading.RLock()
"""Held while something is made of definitions, or definitions change."""
_MADE = threading.local()


def making() -> float:
    """Give the seconds of processor time that this thread has spent on making things so far."""
    total: float = getattr(_MADE, "seconds", 0.0)
    begun: float | None = getattr(_MADE, "begun", None)
    return total if begun is None else total + thread_time() - begun


@contextmanager
def noting(reads: Reads) -> Iterator[None]:
    """Note in `reads` what is read meanwhile, and the time that it takes.

    One thread at a time: what is under way is marked, to find circles.
    """
    with MAKING:
        token = _OPEN.set(reads)
        is_outermost = getattr(_MADE, "begun", None) is None
        if is_outermost:
            _MADE.begun = thread_time()
        try:
            yield
        finally:
            _OPEN.reset(token)
            if is_outermost:
                _MADE.seconds = making()
                _MADE.begun = None


class Kept(Generic[K, V]):
    """Values made on first use, each kept until something changes that it was made from."""

    __slots__ = ("_entries", "_make", "_most")

    def __init__(self, make: Callable[[K], V], most: int = MOST) -> None:
        """Make with `make`; the oldest of more than `most` values is forgotten."""
        self._make = make
        self._most = most
        self._entries: dict[K, tuple[V, Reads]] = {}

    def __call__(self, key: K) -> V:
        """Give the value of a key. Raises what making it raises; nothing is kept then."""
        entry = self._entries.get(key)
        if entry is None:
            entry = self._made(key)
        else:
            include(entry[1])
        return entry[0]

    def _made(self, key: K) -> tuple[V, Reads]:
        reads = Reads()
        include(reads)
        with noting(reads):
            entry = self._make(key), reads
        if len(self._entries) >= self._most:
            self._entries.pop(next(iter(self._entries)), None)
        self._entries[key] = entry
        return entry

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what was made from any of these names."""
        entries = list(self._entries.items())  # at once: other threads add to it
        for key in [key for key, (_, reads) in entries if reads.touches(changed)]:
            self._entries.pop(key, None)
