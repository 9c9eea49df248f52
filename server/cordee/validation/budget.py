"""How much one validation may cost, so that no resource can hold a worker.

https://hl7.org/fhir/R4/security.html
"""

import threading
from collections.abc import Callable
from time import perf_counter, thread_time
from typing import Any

from cordee.definitions.reading import making

LARGE = 7_000
"""Elements for which a resource is given its time once more, several times what they take."""
MOST = 30.0
"""Seconds that even the largest resource may take."""
AGE = 0.1
"""Seconds for which a thread's processor time is not asked for again where a validation begins: so
much less it may get."""


class TooCostlyError(Exception):
    """A validation took longer than it may; the validator makes it a finding."""


class Budget:
    """The processor time of one validation and of everything checked aside in it.

    Definitions that are compiled on the way are not counted: it is not the resource that costs.
    """

    __slots__ = ("_begun", "_limit", "_look", "_size", "seconds")

    def __init__(self, seconds: float, size: Callable[[], int] | None = None) -> None:
        """Begin to count; `size` tells how many elements there are, should time run short."""
        self.seconds = seconds
        self._limit = seconds
        self._size = size
        self._begun = _spent() - making()
        self._look = perf_counter() + seconds

    def spend(self) -> None:
        """Come here before each piece of work. Raises TooCostlyError when the time is used up."""
        # The time of day costs less to read; processor time can only have passed more slowly.
        if perf_counter() > self._look:
            self._settle()

    def _settle(self) -> None:
        used = thread_time() - making() - self._begun
        if used > self._limit and self._size is not None:
            self._limit = min(self.seconds * (1 + self._size() / LARGE), max(self.seconds, MOST))
            self._size = None
        if used > self._limit:
            raise TooCostlyError
        self._look = perf_counter() + self._limit - used


_LAST = threading.local()


def _spent() -> float:
    """Give the processor time of this thread, a tenth of a second ago at most.

    Asking the system costs as much as a good part of a small validation.
    """
    now = perf_counter()
    if now - getattr(_LAST, "asked", -AGE) > AGE:
        _LAST.asked, _LAST.used = now, thread_time()
    used: float = _LAST.used
    return used


def elements(value: Any) -> int:
    """Count the values of a JSON tree."""
    count, waiting = 0, [value]
    while waiting:
        inner = waiting.pop()
        count += 1
        if type(inner) is dict:
            waiting += inner.values()
        elif type(inner) is list:
            waiting += inner
    return count
