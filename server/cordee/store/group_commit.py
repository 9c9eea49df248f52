"""Group commit: those who wait for the journal at the same moment share one transaction.

The first goes at once, alone; who arrives while a commit is on its way forms the next group. So an
idle server adds no delay, and a busy one pays one journal flush for many.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

LARGEST_GROUP = 64
IN_FLIGHT = 2
"""Groups on their way at once: while one waits for the disk, the next one is written."""


class GroupCommit(Generic[T]):
    """Commits items in groups through `commit`, which must store all of a group or nothing."""

    def __init__(self, commit: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def add(self, item: T) -> None:
        """Return when `item` is committed; raise what its own commit raises."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if len(self._running) < IN_FLIGHT:
            task = asyncio.create_task(self._run())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        await done

    async def drain(self) -> None:
        """Wait until nothing is on its way."""
        while self._running:
            await asyncio.wait(self._running)

    async def _run(self) -> None:
        while self._waiting:
            group = self._waiting[:LARGEST_GROUP]
            del self._waiting[:LARGEST_GROUP]
            await self._commit_group(group)

    async def _commit_group(self, group: list[tuple[T, asyncio.Future[None]]]) -> None:
        try:
            await self._commit([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - each of the group gets its own verdict
            if len(group) == 1:
                _settle(group[0][1], error)
            else:
                for member in group:
                    await self._commit_group([member])
        else:
            for _, done in group:
                _settle(done, None)


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.done():  # its caller went away
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
