"""Turns of the event loop: costly requests one after the other, what is cheap in between.

Writes that arrive together would else all be validated before the loop looks again at what the
database has answered, and the next group of writes waits for that answer.
"""

import asyncio
from collections import deque

BETWEEN = 8
"""Turns between two costly ones: what the driver takes from an answer's bytes to its reader."""


class Turns:
    """Lets callers go one at a time, in order of arrival, with free turns of the loop between."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._taken = False

    async def take(self) -> None:
        """Wait for a turn; what the caller does before its next `await` may take long."""
        loop = asyncio.get_running_loop()
        if not self._taken:
            self._taken = True
            loop.call_soon(self._pass_on, loop, BETWEEN)
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _pass_on(self, loop: asyncio.AbstractEventLoop, between: int) -> None:
        """Give the next turn, once the free ones have gone by."""
        if not self._waiting:
            self._taken = False
            return
        if not between:
            turn = self._waiting.popleft()
            if not turn.done():  # else its caller went away
                turn.set_result(None)
                between = BETWEEN
        loop.call_soon(self._pass_on, loop, max(between - 1, 0))
