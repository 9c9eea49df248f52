"""From the journal to AuditEvents that searches find: done when there is little else to do.

A server that is never calm publishes beside its requests once much waits, the more the more waits;
past a bound requests wait for it (`relief`). Lines are published in pieces, each a transaction, so
that doing it twice is harmless: what a dead process left, another one publishes.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from cordee.access.audit.lines import Item, Lines
from cordee.errors import FhirError
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.journal import Block, Head, Journal
from cordee.store.port import Store

TICK = 0.25
"""Seconds between looks at how busy the process is."""
BUSY = 50
"""Acts in one tick that make a process busy."""
CALM = 5.0
"""Seconds without being busy after which a process publishes, unless a search asks before."""
BACKLOG = 20_000
"""Unpublished lines from which a busy process begins to publish, slowly."""
FULL = 100_000
"""Unpublished lines from which it publishes without pausing, and requests wait."""
SLICE = 8
"""Blocks published in one tick."""
PIECE = 100
"""Lines of one transaction."""
STRETCH = 25
"""Lines made ready before other work gets its turn."""
RELIEF = 1.0
"""Seconds that one request waits at most while too much is unpublished."""
ORPHANED = timedelta(seconds=30)
"""A chain that has not grown for so long may have no process any more."""

log = structlog.get_logger("cordee.audit")


class Work(Protocol):
    """What makes a process busy."""

    @property
    def taken(self) -> int:
        """How many acts came in so far."""
        ...

    @property
    def last(self) -> int:
        """The number of the last line of the process's chain."""
        ...


def share(waiting: int) -> float:
    """Give the part of its time that a busy process publishes while so many lines wait."""
    return min(1.0, max(0.0, (waiting - BACKLOG) / (FULL - BACKLOG)))


class Publication:
    """Publishes the blocks of one's own chain, and of those nobody works on."""

    def __init__(
        self, journal: Journal, store: Store, extract: Callable[[Resource], Extraction]
    ) -> None:
        """Keep the ports; `begin` is called once the process has a chain."""
        self._journal = journal
        self._store = store
        self._lines = Lines(extract)
        self._at_work = asyncio.Lock()
        self._own: str | None = None
        self._done = 0
        self._asking = 0
        self._asked, self._piece = asyncio.Event(), asyncio.Event()
        self._stuck = False
        self._share = 1.0

    def begin(self, chain: str) -> None:
        """Take a new chain for one's own."""
        self._own, self._done = chain, 0

    def waiting(self, work: Work) -> int:
        """Tell how many lines of one's own chain are not published."""
        return work.last - self._done

    async def relief(self, work: Work) -> None:
        """Wait a little, past the bound: while it is being worked off, one piece at a time."""
        if self.waiting(work) >= FULL and not self._stuck:
            self._piece.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RELIEF):
                    await self._piece.wait()

    async def run(self, work: Work) -> None:
        """Publish for ever, between other work."""
        before, calm = 0, 0.0
        while True:
            await asyncio.sleep(TICK)
            came, before = work.taken - before, work.taken
            calm = 0.0 if came > BUSY else calm + TICK
            waiting = self.waiting(work)
            # Once all is published, what others left is looked for now and then.
            nothing = not waiting and calm % ORPHANED.total_seconds() > TICK
            self._share = 1.0 if calm >= CALM else share(waiting)
            if nothing or not self._share:
                continue
            try:
                await self._some()
            except FhirError as error:
                self._stuck = True
                log.warning("audit is not published yet", reason=error.diagnostics)

    async def everything(self) -> None:
        """Publish all there is, whoever wrote it."""
        self._asking += 1
        self._asked.set()
        try:
            async with self._at_work:
                for head in await self._pending():
                    await self._chain(head)
        finally:
            self._asking -= 1
            if not self._asking:
                self._asked.clear()

    async def _some(self) -> None:
        async with self._at_work:
            for head in await self._pending():
                if head.chain == self._own or datetime.now(UTC) - head.moment > ORPHANED:
                    await self._chain(head, blocks=SLICE)

    async def _pending(self) -> list[Head]:
        return await self._journal.heads(unpublished=True)

    async def _chain(self, head: Head, blocks: int | None = None) -> None:
        """Publish a chain as it stands now, or so many of its blocks."""
        end = head.number if blocks is None else min(head.number, head.published + blocks)
        async for block in self._journal.blocks(head.chain, head.published):
            await self._block(block)
            await self._journal.published(block.chain, block.number)
            if block.chain == self._own:
                self._done = block.last
            if block.number >= end:
                return

    async def _block(self, block: Block) -> None:
        async for piece in self._pieces(self._lines.of(block)):
            begun = time.monotonic()
            await self._store.create_many(piece)
            self._stuck = False
            self._piece.set()
            await self._pause(time.monotonic() - begun)

    async def _pieces(self, items: Iterator[Item]) -> AsyncIterator[list[Item]]:
        piece: list[Item] = []
        for item in items:
            piece.append(item)
            if len(piece) == PIECE:
                yield piece
                piece = []
            elif not len(piece) % STRETCH:
                await asyncio.sleep(0)  # requests go first
        if piece:
            yield piece

    async def _pause(self, worked: float) -> None:
        """Leave the rest of the time to requests, unless a search waits."""
        if self._share < 1.0 and not self._asking:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(1.0, worked * (1 / self._share - 1))):
                    await self._asked.wait()
