"""Answers kept for a short while, so that a caller who asks often is looked up once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ShortMemory(Generic[K, V]):
    """A bounded table whose entries end; the oldest entry leaves when it is full."""

    def __init__(self, most: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin empty."""
        self._most = most
        self._clock = clock
        self._kept: dict[K, tuple[float, V]] = {}
        self._asking: dict[K, asyncio.Task[tuple[float, V]]] = {}

    def get(self, key: K) -> V | None:
        """Give what is kept, or None."""
        found = self._kept.get(key)
        if found is None:
            return None
        if found[0] <= self._clock():
            self._kept.pop(key, None)
            return None
        return found[1]

    def keep(self, key: K, value: V, seconds: float) -> None:
        """Keep a value for some seconds."""
        self._kept.pop(key, None)
        while len(self._kept) >= self._most:
            self._kept.pop(next(iter(self._kept)))
        if seconds > 0:
            self._kept[key] = (self._clock() + seconds, value)

    async def asked(self, key: K, ask: Callable[[], Awaitable[tuple[V, float]]]) -> V:
        """Give what is kept, else ask; those who want the same meanwhile wait for one answer.

        `ask` gives the value and the seconds to keep it. What it raises is raised to all.
        """
        found = self.get(key)
        if found is not None:
            return found
        task = self._asking.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, ask))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._answered(key, done))
        return (await asyncio.shield(task))[1]

    def _answered(self, key: K, done: asyncio.Task[tuple[float, V]]) -> None:
        self._asking.pop(key, None)
        if not done.cancelled():
            done.exception()  # those who asked are told; if all of them left, nobody need be

    async def _ask(self, key: K, ask: Callable[[], Awaitable[tuple[V, float]]]) -> tuple[float, V]:
        value, seconds = await ask()
        self.keep(key, value, seconds)
        return seconds, value
