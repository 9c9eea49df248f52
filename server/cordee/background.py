"""Work in the background, how it is ended, and work beside the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
Running: TypeAlias = Callable[[Callable[[], T]], Awaitable[T]]
"""What does synchronous work: `at_once`, or `beside` for a size."""

LARGE = 262_144
"""Bytes of a body from which on what is done with it is done beside the event loop: some 50 ms."""
AT_ONCE = 2
"""How many large bodies a process works on at a time; further ones wait."""
_beside = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="large")

PATIENCE = 5.0
"""Seconds that work may take to put its things away before it is told again."""


async def ended(*tasks: "asyncio.Task[Any]", patience: float = PATIENCE) -> None:
    """Cancel tasks, and come back when they are over, whatever they ended with.

    A cancellation can be lost: before Python 3.12 `asyncio.wait_for`, by which the database driver
    waits, forgets one that comes together with what it waits for. Work that goes on is told again.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=patience)


async def at_once(work: Callable[[], T]) -> T:
    """Do synchronous work here and now."""
    return work()


async def beside(size: int, work: Callable[[], T]) -> T:
    """Do synchronous work on a text of `size` bytes; if it is large, in a thread.

    Python gives other threads a turn every few milliseconds, so that the loop serves the others
    meanwhile. Who is cancelled leaves the work to go on to its end, which its own limits bring.
    """
    if size < LARGE:
        return work()
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_beside, copy_context().run, work)


def on_loop() -> bool:
    """Tell whether this thread runs an event loop, which others wait for."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
