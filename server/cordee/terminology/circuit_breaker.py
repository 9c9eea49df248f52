"""Leaving alone for a while a server that fails."""

import time
from collections.abc import Callable

FAILURES = 5
"""Failures in a row after which a server is left alone."""
PAUSE = 30.0
"""Seconds it is left alone."""


class CircuitBreaker:
    """Lets calls through until some fail in a row; then, after each pause, one as a trial."""

    def __init__(
        self,
        failures: int = FAILURES,
        pause: float = PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin closed, which is the state that lets calls through."""
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._until = 0.0

    @property
    def open(self) -> bool:
        """Tell whether calls are held back."""
        return self._failed >= self._most

    def allows(self) -> bool:
        """Tell whether a call may be made now; a yes to a trial holds back the others."""
        if not self.open:
            return True
        now = self._clock()
        if now < self._until:
            return False
        self._until = now + self._pause
        return True

    def succeeded(self) -> None:
        """Take note of an answer."""
        self._failed = 0

    def failed(self) -> None:
        """Take note of a failure."""
        self._failed += 1
        if self.open:
            self._until = self._clock() + self._pause
