"""Sessions of one process that want the same lock wait for one another here first.

The database decides; but a session that loses there starts again from nothing, so those of one
process had better queue. The wait is bounded: sessions that lock several keys in different orders
would wait for ever, and the database sorts them out.
"""

import asyncio
from contextlib import AsyncExitStack, suppress
from weakref import WeakValueDictionary

PATIENCE = 1.0


class LockQueue:
    """One queue for each key that somebody holds or waits for."""

    def __init__(self) -> None:
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def wait(self, key: str, held: AsyncExitStack) -> None:
        """Wait for a turn, at most `PATIENCE` seconds; `held` ends it when it closes."""
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = asyncio.Lock()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await queue.acquire()
            held.callback(queue.release)
