"""From the journal to AuditEvents that searches find: done when there is little else to do.

A process that is not calm publishes beside its requests once much waits, for a part of its time
that grows with what waits; past a bound requests wait for it (`relief`). Lines are published in
pieces, each a transaction, so that doing it twice is harmless: what a dead process left, another
one publishes.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from cordee.access.audit.lines import Item, Lines
from cordee.background import ended
from cordee.errors import FhirError
from cordee.search.registry import SearchRegistry
from cordee.store.journal import Block, DamagedError, Head, Journal
from cordee.store.port import Store

TICK = 0.25
"""Seconds between looks at how busy the process is."""
BUSY = 200
"""Acts a second that make a process busy."""
CALM = 5.0
"""Seconds without being busy after which a process publishes, unless a search asks before."""
BACKLOG = 20_000
"""Unpublished lines from which a busy process takes time for publishing, a little first."""
FULL = 100_000
"""Unpublished lines from which it publishes without pausing, and requests wait."""
SLICE = 1_000
"""Lines after which a process looks again how busy it is."""
PIECE = 100
"""Lines of one transaction."""
STRETCH = 25
"""Lines made ready before other work gets its turn."""
LONGEST = 1.0
"""Seconds between two pieces at most."""
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

    def __init__(self, journal: Journal, store: Store, registry: SearchRegistry) -> None:
        """Keep the ports; `begin` is called once the process has a chain."""
        self._journal = journal
        self._store = store
        self._lines = Lines(registry)
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

    def crowded(self, work: Work) -> bool:
        """Tell whether so much waits that requests are to wait; not while nothing moves."""
        return self.waiting(work) >= FULL and not self._stuck

    async def relief(self, work: Work) -> None:
        """Wait a little, past the bound: while it is being worked off, one piece at a time."""
        if self.crowded(work):
            self._piece.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RELIEF):
                    await self._piece.wait()

    async def run(self, work: Work) -> None:
        """Publish for ever, between other work."""
        seen, taken, calm, looked, more = time.monotonic(), work.taken, 0.0, 0.0, False
        while True:
            # What is left to requests was left between pieces.
            await asyncio.sleep(0 if more else TICK)
            seconds, seen = time.monotonic() - seen, time.monotonic()
            came, taken = work.taken - taken, work.taken
            calm = 0.0 if came > BUSY * seconds else calm + seconds
            looked += seconds
            waiting = self.waiting(work)
            self._share = 1.0 if calm >= CALM else share(waiting)
            # Once all is published, what others left is looked for now and then.
            nothing = not waiting and not more and looked < ORPHANED.total_seconds()
            more = False
            if nothing or self._share <= 0.0:
                continue
            looked = 0.0
            try:
                more = await self._some(work)
            except (FhirError, DamagedError) as error:
                self._stuck = True
                log.warning("audit is not published yet", reason=str(error))

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

    async def _some(self, work: Work) -> bool:
        """Publish some lines of one's own chain and of those that are nobody's, if any are left."""
        async with self._at_work:
            last, pending = work.last, await self._pending()
            if not any(head.chain == self._own for head in pending):
                self._done = max(self._done, last)  # perhaps another process's search did it
            old = datetime.now(UTC) - ORPHANED
            heads = [head for head in pending if head.chain == self._own or head.moment < old]
            for head in heads:
                await self._chain(head, most=SLICE)
            return bool(heads)

    async def _pending(self) -> list[Head]:
        return await self._journal.heads(unpublished=True)

    async def _chain(self, head: Head, most: int | None = None) -> None:
        """Publish a chain as it stands now, or the blocks of its next so many lines."""
        done = 0
        async for block in self._journal.blocks(head.chain, head.published):
            await self._block(block)
            await self._journal.published(block.chain, block.number)
            if block.chain == self._own:
                self._done = block.last
            done += block.count
            if block.number >= head.number or (most is not None and done >= most):
                return

    async def _block(self, block: Block) -> None:
        begun = time.monotonic()
        storing: asyncio.Task[None] | None = None
        try:
            async for piece in self._pieces(self._lines.of(block)):
                # The database stores one piece while the next is made.
                if storing is not None:
                    await storing
                    await self._pause(time.monotonic() - begun)
                    begun = time.monotonic()
                storing = asyncio.create_task(self._store_piece(piece))
            if storing is not None:
                await storing
        finally:
            if storing is not None:
                await ended(storing)

    async def _store_piece(self, piece: list[Item]) -> None:
        await self._store.create_many(piece)
        self._stuck = False
        self._piece.set()

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
                async with asyncio.timeout(min(LONGEST, worked * (1 / self._share - 1))):
                    await self._asked.wait()
