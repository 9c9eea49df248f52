"""How much one validation may cost, so that no resource can hold a worker.

https://hl7.org/fhir/R4/security.html
"""

from time import thread_time

EVERY = 64
"""Pieces of work between two looks at the clock, which costs as much as a small rule."""


class TooCostlyError(Exception):
    """A validation took longer than it may; the validator makes it a finding."""


class Budget:
    """The processor time of one validation and of everything checked aside in it."""

    __slots__ = ("_begun", "_left", "seconds")

    def __init__(self, seconds: float) -> None:
        """Begin to count; another process on the machine takes nothing away."""
        self.seconds = seconds
        self._begun = thread_time()
        self._left = EVERY

    def spend(self) -> None:
        """Count one piece of work. Raises TooCostlyError when the time is used up."""
        self._left -= 1
        if self._left < 0:
            self._left = EVERY
            if thread_time() - self._begun > self.seconds:
                raise TooCostlyError
