"""Work in groups: those who wait at the same moment share one round trip.

The first goes at once, alone; who arrives while groups are on their way forms the next one. So an
idle server adds no delay, and a busy one pays one command, or one journal flush, for many.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")

LARGEST_GROUP = 64
IN_FLIGHT = 2
"""Groups on their way at once: while one waits for the database, the next one is prepared."""


class Grouping(Generic[T, R]):
    """Does items in groups through `work`, which gives one result for each, in order.

    When a group fails, each of its items is done alone, so that it fails by its own fault only.
    """

    def __init__(self, work: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._work = work
        self._waiting: list[_Member[T, R]] = []
        self._in_flight = 0
        self._runners: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def do(self, item: T) -> R:
        """Give the result of `item`, done now or with the next group."""
        if self._in_flight < IN_FLIGHT:
            with self._flight():
                (result,) = await self._work([item])
                return result
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        return await done

    async def drain(self) -> None:
        """Wait until nothing is on its way."""
        await self._idle.wait()

    @contextmanager
    def _flight(self) -> Iterator[None]:
        self._in_flight += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._in_flight -= 1
            if self._waiting:
                runner = asyncio.create_task(self._run())
                self._runners.add(runner)
                runner.add_done_callback(self._runners.discard)
            elif not self._in_flight:
                self._idle.set()

    async def _run(self) -> None:
        group = self._waiting[:LARGEST_GROUP]
        del self._waiting[:LARGEST_GROUP]
        if group:
            with self._flight():
                await self._do_group(group)

    async def _do_group(self, group: Sequence["_Member[T, R]"]) -> None:
        try:
            results = await self._work([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to those who wait
            if len(group) > 1:
                for member in group:
                    await self._do_group([member])
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, done), result in zip(group, results, strict=True):
            if not done.done():  # else its caller went away
                done.set_result(result)


_Member: TypeAlias = tuple[T, asyncio.Future[R]]
