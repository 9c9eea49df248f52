"""Reading for a client that has hung up is broken off: nobody would get what the database finds.

Cancelling closes the connection on which the database works for it, and the database notices that
and stops. Only what reads may be given up so; a write that has begun goes to its end.

https://www.mongodb.com/docs/manual/reference/method/db.killOp/
"""

import asyncio
from types import TracebackType

from starlette.types import Receive

from cordee.errors import Category, FhirError
from cordee.web.routes import READING

ASKING = READING | {"$everything", "$match", "$dossier"}
"""Interactions that only read, and can take long."""
PATIENCE = 0.05
"""Seconds between two looks at what is being read. What is over by the second one is never watched:
most answers come sooner."""
TOLD_AGAIN = 1.0
"""Seconds after which a cancellation is repeated: before Python 3.12 one can be lost (`ended`)."""


class Departures:
    """What is being read in a process, and for how many looks already."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._reading: set[Departure] = set()
        self._looking = False
        self.looks = 0

    def add(self, reading: "Departure") -> None:
        """Look at it now and then. One timer serves all: one for each would cost more."""
        self._reading.add(reading)
        if not self._looking:
            self._looking = True
            self._later()

    def remove(self, reading: "Departure") -> None:
        """Look at it no more."""
        self._reading.discard(reading)

    def _later(self) -> None:
        asyncio.get_running_loop().call_later(PATIENCE, self._look)

    def _look(self) -> None:
        self.looks += 1
        for reading in [one for one in self._reading if one.since < self.looks - 1]:
            self._reading.discard(reading)
            reading.watch()
        self._looking = bool(self._reading)
        if self._looking:
            self._later()


class Departure:
    """Wraps the reading for one request, whose body was received; breaks it off if nobody waits.

    Raises `FhirError` ABANDONED out of what it wraps.
    """

    __slots__ = ("_all", "_before", "_receive", "_task", "_told", "_watcher", "since")

    def __init__(self, all: Departures, receive: Receive) -> None:
        """Take what tells that the client has gone."""
        self._all = all
        self._receive = receive
        self._told = 0
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        """Begin to wait."""
        self._task = asyncio.current_task()
        self.since = self._all.looks
        self._all.add(self)

    def watch(self) -> None:
        """Wait for the client to go; what has come so far is of no interest."""
        assert self._task is not None
        self._before = self._task.cancelling()
        self._watcher = asyncio.create_task(self._follow(self._task))

    async def _follow(self, task: "asyncio.Task[object]") -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        while True:
            self._told += 1
            task.cancel()
            await asyncio.sleep(TOLD_AGAIN)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Watch no longer; say what the cancellation meant, unless somebody else cancelled too."""
        self._all.remove(self)
        if self._watcher is None or self._task is None:
            return
        self._watcher.cancel()
        left = self._task.cancelling()
        for _ in range(self._told):
            left = self._task.uncancel()
        if self._told and kind is asyncio.CancelledError and left <= self._before:
            raise FhirError(Category.ABANDONED, "The client has hung up") from error
