"""How long to wait before trying again, and circuits: endpoints that are left alone for a while."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST = 0.5
LONGEST = 300.0
MOST_ASKED = 3_600.0
"""Seconds of a `Retry-After` beyond which it is not followed."""
TRIPS = 5
"""Failures in a row after which an endpoint's circuit opens."""


def pause(failures: int) -> float:
    """Give the seconds to wait after some failures in a row: doubling, with jitter."""
    longest = min(LONGEST, FIRST * 2.0 ** min(failures - 1, 20))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret


def asked(header: str | None) -> float | None:
    """Read `Retry-After`: seconds or a date (RFC 9110 §10.2.3); None when it says nothing."""
    if header is None:
        return None
    text = header.strip()
    if text.isdecimal():
        return min(float(text), MOST_ASKED)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), MOST_ASKED)


@dataclass(slots=True)
class Circuit:
    """One endpoint: open after failures in a row, then tried by one subscription at a time."""

    failures: int = 0
    open_until: float = 0.0
    probing: bool = False

    def wait(self, now: float) -> float:
        """Give the seconds until somebody may try; 0 lets the caller try now."""
        if self.failures < TRIPS:
            return 0.0
        if now < self.open_until:
            return self.open_until - now
        if self.probing:
            return FIRST
        self.probing = True
        return 0.0

    def succeeded(self) -> None:
        """Close."""
        self.failures, self.probing = 0, False

    def failed(self, now: float, wait: float | None) -> None:
        """Count a failure, and open when there were enough.

        Tries that began before it opened, and fail while it is open, say nothing new.
        """
        self.probing = False
        if self.failures >= TRIPS and now < self.open_until:
            self.open_until = max(self.open_until, now + (wait or 0.0))
            return
        self.failures += 1
        if wait is not None:
            self.failures = max(self.failures, TRIPS)
        if self.failures >= TRIPS:
            self.open_until = now + (wait if wait is not None else pause(self.failures))

    def left(self) -> None:
        """Note that a try ended without saying anything about the endpoint."""
        self.probing = False


@dataclass(slots=True)
class Circuits:
    """The circuits of one process, by endpoint."""

    known: dict[str, Circuit] = field(default_factory=dict)

    def of(self, endpoint: str) -> Circuit:
        """Give an endpoint's circuit."""
        return self.known.setdefault(endpoint, Circuit())

    def open(self, now: float) -> int:
        """Count the circuits that are open."""
        return sum(c.failures >= TRIPS and now < c.open_until for c in self.known.values())
