"""What is stored gets the indexes that this version plans, beside the work of a server.

An upgrade brings indexes, and an operator may have dropped some: a server that starts looks at
every type that was ever written, and has made what is missing, one type after the other. Of several
processes one does it, the others look again by and by; what a dead one left is taken over.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Gauge
from pymongo.errors import PyMongoError

from cordee.background import ended
from cordee.errors import FhirError
from cordee.store.catalog import Catalog
from cordee.store.leases import LONG_AGO, Leases, Position

log: Any = structlog.get_logger("cordee.store")

LEASE = 60.0
"""Seconds after which the work of a process that has died is taken over."""
AGAIN = 10.0
"""Seconds until a process looks again at what another one does, or the database was away."""


class IndexMetrics:
    """How many types lack indexes, and how many indexes could not be made."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register them, where there is a registry."""
        self.lacking = Gauge(
            "cordee_types_lacking_indexes",
            "Resource types whose new indexes are being built, or wait to be.",
            multiprocess_mode="livemax",
            registry=registry,
        )
        self.refused = Gauge(
            "cordee_indexes_refused",
            "Indexes that the database would not make; cordee doctor says why.",
            multiprocess_mode="livemax",
            registry=registry,
        )


class IndexUpkeep:
    """Makes the indexes that stored types lack; `run` ends when nothing is left to do."""

    def __init__(self, catalog: Catalog, registry: CollectorRegistry | None = None) -> None:
        """Take the catalog of the database; metrics go to `registry`."""
        self._catalog = catalog
        self._metrics = IndexMetrics(registry)
        database = catalog.database
        self._leases = Leases(database, "indexes", str(uuid4()), count=1, seconds=LEASE)
        self._tried: set[str] = set()
        """Types of which this process has made all that can be made."""

    async def run(self) -> None:
        """Look at every type that was ever written until none lacks what could be made."""
        while True:
            try:
                left = await self._lacking()
                self._metrics.lacking.set(len(left))
                if not left:
                    self._metrics.refused.set(len(await self._catalog.refused()))
                    return
                await self._leases.open(Position("", LONG_AGO))
                if await self._leases.hold():
                    await self._make(left)
                    continue
            except (PyMongoError, FhirError) as error:  # the database may be back later
                log.warning("indexes late", error=type(error).__name__)
            await asyncio.sleep(AGAIN)

    async def _lacking(self) -> list[str]:
        types = [name for name in await self._catalog.types() if name not in self._tried]
        return [name for name in types if await self._catalog.lacking(name)]

    async def _make(self, types: Sequence[str]) -> None:
        holding = asyncio.create_task(self._hold())
        try:
            for name in types:
                await self._one(name)
        finally:
            await ended(holding)
            await self._leases.release()

    async def _one(self, name: str) -> None:
        missing = await self._catalog.lacking(name)
        log.info("index build begins", type=name, indexes=len(missing))
        begun = time.monotonic()
        refused = await self._catalog.prepare(name, again=True)
        self._tried.add(name)
        seconds = round(time.monotonic() - begun, 1)
        log.info("indexes built", type=name, refused=len(refused), seconds=seconds)
        self._metrics.lacking.dec()

    async def _hold(self) -> None:
        while True:
            await asyncio.sleep(LEASE / 4)
            try:
                await self._leases.hold()
            except (PyMongoError, FhirError) as error:
                log.warning("lease not renewed", error=type(error).__name__)
