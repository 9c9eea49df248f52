"""Work in groups: those who wait at the same moment share one round trip.

The first goes at once, alone; who arrives while a group is on its way forms the next one. So an
idle server adds no delay, and a busy one pays one command, or one journal flush, for many.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")

LARGEST_GROUP = 64
IN_FLIGHT = 2
"""Groups on their way at once."""
ENOUGH = 16
"""How many must wait for a group to go while another is on its way: small ones cost more each."""


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
        if not self._in_flight:
            self._depart()
            try:
                (result,) = await self._work([item])
            finally:
                self._land()
            return result
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        self._send_next()
        return await done

    async def drain(self) -> None:
        """Wait until nothing is on its way."""
        await self._idle.wait()

    def _depart(self) -> None:
        self._in_flight += 1
        self._idle.clear()

    def _land(self) -> None:
        self._in_flight -= 1
        self._send_next()
        if not self._in_flight:
            self._idle.set()

    def _send_next(self) -> None:
        """Send a group off if some wait and nothing is on its way, or if enough wait."""
        waiting = len(self._waiting)
        if not waiting or self._in_flight >= (IN_FLIGHT if waiting >= ENOUGH else 1):
            return
        group = self._waiting[:LARGEST_GROUP]
        del self._waiting[:LARGEST_GROUP]
        self._depart()
        runner = asyncio.create_task(self._run(group))
        self._runners.add(runner)
        runner.add_done_callback(self._runners.discard)

    async def _run(self, group: "Sequence[_Member[T, R]]") -> None:
        try:
            await self._do_group(group)
        finally:
            self._land()

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
