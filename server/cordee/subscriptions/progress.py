"""How far deliveries are, written down together every few milliseconds.

What a crash loses of it is delivered again, under the same numbers.
"""

import asyncio
import logging

from cordee.errors import FhirError
from cordee.store.notification_queue import NotificationQueue

INTERVAL = 0.05
_LOG = logging.getLogger(__name__)


class Progress:
    """The numbers settled since they were last written."""

    def __init__(self, queue: NotificationQueue) -> None:
        """Begin with nothing to write."""
        self._queue = queue
        self._fresh: dict[str, int] = {}
        self._some = asyncio.Event()

    def settled(self, subscription: str, number: int) -> None:
        """Note that a subscription is done up to a number."""
        self._fresh[subscription] = number
        self._some.set()

    async def run(self) -> None:
        """Write, for ever."""
        while True:
            await self._some.wait()
            await asyncio.sleep(INTERVAL)
            await self.flush()

    async def flush(self) -> None:
        """Write what is fresh; kept for the next time when the database is away."""
        self._some.clear()
        fresh, self._fresh = self._fresh, {}
        if not fresh:
            return
        try:
            await self._queue.settle(fresh)
        except FhirError as error:
            _LOG.warning("Progress of subscriptions was not written: %s", error)
            self._fresh = fresh | self._fresh
            self._some.set()
            await asyncio.sleep(1)
