"""Which requests are let in at all: not more at once, and not more often, than the settings say.

One for each process, at every door that costs something: the FHIR base, the token endpoint, the
validation of CDA documents.

https://hl7.org/fhir/R4/http.html#Status-Codes
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cordee.access.authentication import NoAuthentication
from cordee.access.caller import Caller
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.settings import Settings
from cordee.web.middleware.metrics import MULTIPROCESS
from cordee.web.rate_limit import BURST, FAILURES, FAILURES_RATE, RateLimits

REFUSED = frozenset({Category.UNAUTHENTICATED, Category.FORBIDDEN})


class Admission:
    """Counts the requests under way in a process, and those of each client."""

    def __init__(self, settings: Settings, *, known: bool) -> None:
        """Read the limits; without authentication (`known` false) clients are not told apart."""
        self._most = settings.max_concurrent
        self._under_way = 0
        rate = settings.rate_limit if known else 0.0
        self._clients = RateLimits(rate, rate * BURST, _shared("clients")) if rate else None
        self._failures = RateLimits(FAILURES_RATE, FAILURES, _shared("failures")) if rate else None

    @classmethod
    def of(cls, services: Services) -> "Admission":
        """Make what stands before the doors of a server."""
        known = not isinstance(services.authentication, NoAuthentication)
        return cls(services.settings, known=known)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let a request in until it ends. Raises `FhirError` as `enter`."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    def enter(self) -> None:
        """Let a request in. Raises `FhirError` UNAVAILABLE when too many are under way."""
        if self._under_way >= self._most:
            raise FhirError(
                Category.UNAVAILABLE,
                f"{self._most} requests are under way already; try again (CORDEE_MAX_CONCURRENT)",
                headers={"Retry-After": "1"},
            )
        self._under_way += 1

    def leave(self) -> None:
        """Note that a request that was let in has ended."""
        self._under_way -= 1

    def before(self, address: str | None) -> None:
        """Refuse an address that keeps failing to say who it is. Raises `FhirError` THROTTLED."""
        if self._failures is not None and address is not None:
            self._failures.check(address)

    def failed(self, address: str | None, error: FhirError) -> None:
        """Count a failure to say who one is."""
        if error.category in REFUSED:
            self.missed(address)

    def missed(self, address: str | None) -> None:
        """Count any failure to prove something; what is counted is refused by `before`."""
        if self._failures is not None and address is not None:
            self._failures.take(address)

    def known(self, caller: Caller, address: str | None) -> None:
        """Count a request of a caller. Raises `FhirError` THROTTLED past the rate."""
        if self._clients is not None:
            who = caller.subject or address or ""
            self._clients.take(f"{caller.issuer}|{caller.client}|{who}")


def _shared(name: str) -> Path | None:
    """Give the file that the processes of one server share, if there are several."""
    folder = os.environ.get(MULTIPROCESS)
    return Path(folder) / f"rate-limits-{name}.buckets" if folder else None
