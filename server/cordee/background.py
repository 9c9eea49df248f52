"""Work in the background, and how it is ended."""

import asyncio
from typing import Any

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
