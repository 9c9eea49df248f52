"""The audit of one server process: a bounded queue, and a writer that stores it in blocks.

What is pressing (changes, denials, broken glass) is answered once its line is stored; lines of
reads are stored within `WINDOW`. A full queue makes callers wait: nothing is left out. The database
away, lines stay queued until it is back.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from cordee.access.audit.act import Act
from cordee.access.audit.audit_event import AuditEvents, instant
from cordee.access.audit.chain import Chain, Signer
from cordee.access.audit.metrics import Metrics
from cordee.access.audit.publication import Publication
from cordee.errors import Category, FhirError
from cordee.store import sheet
from cordee.store.journal import ForkedError, Journal
from cordee.store.sheet import Row

WINDOW = 0.3
"""Seconds that lines nobody waits for may gather: what a killed process can lose of its reads."""
GROUP = 2_000
"""Acts written together."""
LARGEST_BLOCK = 2_000
"""Lines of one block: each block is a transaction and a wait for the disk."""
BREATH = 200
"""Acts whose rows are made at a stretch; then requests go first."""
PATIENCE = 15.0
"""Seconds a caller waits for the audit before the request fails."""
PAUSE = 0.5
"""Seconds between attempts while the database is away."""
TELL = 300.0
"""Seconds between log lines that say where the chain stands: an anchor outside the database."""

log = structlog.get_logger("cordee.audit")


class Trail:
    """Records acts; implements `act.Audit`."""

    on = True

    def __init__(
        self,
        journal: Journal,
        events: AuditEvents,
        signer: Signer,
        publication: Publication,
        *,
        new_ids: Callable[[int], Sequence[str]],
        clock: Callable[[], datetime],
        capacity: int,
        all_wait: bool = False,
        metrics: Metrics | None = None,
    ) -> None:
        """Begin with an empty queue; `open` begins a chain, `run` writes."""
        self._journal = journal
        self._events = events
        self._signer = signer
        self._publication = publication
        self._new_ids = new_ids
        self._clock = clock
        self._capacity = capacity
        self._all_wait = all_wait
        self._metrics = metrics or Metrics()
        self._queue: deque[Act] = deque()
        self._taken = 0
        self._stored = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._arrived, self._pressing, self._room = (asyncio.Event() for _ in range(3))
        self._chain: Chain | None = None
        self._told = 0.0
        self._closing = self._failed = self._crowded = False

    async def open(self) -> None:
        """Begin this process's chain, whose first hash covers the heads of all others."""
        before = [head.anchor for head in await self._journal.heads()]
        chain = Chain.begin(self._clock(), before, self._signer)
        await self._journal.begin(chain.head)
        self._chain = chain
        self._publication.begin(chain.head.chain)
        self._tell()

    async def record(self, *acts: Act) -> None:
        """Take acts in; returns when those that are pressing are safely stored."""
        if self._failed:
            raise _late()
        if len(self._queue) >= self._capacity:
            await self._make_room()
        if self._crowded:
            await self._publication.relief(self)
        self._queue.extend(acts)
        self._taken += len(acts)
        self._arrived.set()
        if self._all_wait or any(act.pressing for act in acts):
            await self._until_stored()

    async def publish(self) -> None:
        """Make everything recorded so far findable as AuditEvents, that of other processes too."""
        if self._taken > self._stored:
            await self._until_stored()
        await self._publication.everything()

    async def run(self) -> None:
        """Write what is queued, until `close`."""
        try:
            while self._queue or not self._closing:
                await self._arrived.wait()
                self._arrived.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0 if self._closing else WINDOW):
                        await self._pressing.wait()
                await self._flush()
            self._tell()
        except Exception as error:
            # A bug. Without an audit nothing is answered any more: `record` says so.
            self._failed = True
            log.error("bug", error=type(error).__qualname__, place="audit")  # noqa: TRY400 - no health data
            raise

    def close(self) -> None:
        """Let `run` end, once nothing is queued."""
        self._closing = True
        self._arrived.set()
        self._pressing.set()

    async def _flush(self) -> None:
        # What comes meanwhile waits for its own window, or writing would never pause.
        left = len(self._queue)
        self._pressing.clear()
        while left > 0:
            rows, taken = await self._gathered(min(GROUP, left))
            left -= taken
            for start in range(0, len(rows), LARGEST_BLOCK):
                await self._write(rows[start : start + LARGEST_BLOCK])
            self._stored += taken
            self._metrics.lines.inc(len(rows))
            self._metrics.queued.set(len(self._queue))
            self._settle()

    async def _gathered(self, most: int) -> tuple[list[Row], int]:
        """Take acts out of the queue and give their rows, letting requests go between."""
        rows: list[Row] = []
        for taken in range(most):
            rows += self._events.rows(self._queue.popleft())
            if taken % BREATH == BREATH - 1:
                await asyncio.sleep(0)
        return rows, most

    @property
    def left(self) -> int:
        """How many acts are not stored yet."""
        return self._taken - self._stored

    @property
    def taken(self) -> int:
        """How many acts came in so far: the publication works when few do."""
        return self._taken

    @property
    def last(self) -> int:
        """The number of the last line of the chain."""
        return self._chain.head.last if self._chain else 0

    async def _write(self, rows: list[Row]) -> None:
        now = self._clock()
        raw = sheet.written(instant(now.timestamp()), self._new_ids(len(rows)), rows)
        while True:
            try:
                if self._chain is None:
                    await self.open()
                assert self._chain is not None
                block = self._chain.following(raw, len(rows), now)
                await self._journal.append(block)
            except ForkedError:
                log.error("audit chain changed by another hand", chain=self._name)  # noqa: TRY400 - no trace of a bug
                self._metrics.forks.inc()
                self._chain = None
            except FhirError as error:
                log.warning("audit waits", reason=error.diagnostics, queued=len(self._queue))
                await asyncio.sleep(PAUSE)
            else:
                self._chain.advance(block)
                self._metrics.unpublished.set(self._publication.waiting(self))
                self._crowded = self._publication.crowded(self)
                if now.timestamp() - self._told > TELL:
                    self._tell()
                return

    @property
    def _name(self) -> str | None:
        return self._chain.head.chain if self._chain else None

    def _tell(self) -> None:
        if self._chain is None:
            return
        head = self._chain.head
        self._told = self._clock().timestamp()
        log.info("audit head", chain=head.chain, number=head.number, hash=head.hash.hex())

    async def _until_stored(self) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._taken, done))
        self._arrived.set()
        self._pressing.set()
        try:
            async with asyncio.timeout(PATIENCE):
                await done
        except TimeoutError:
            raise _late() from None

    async def _make_room(self) -> None:
        self._metrics.full.inc()
        try:
            async with asyncio.timeout(PATIENCE):
                while len(self._queue) >= self._capacity:
                    self._room.clear()
                    self._pressing.set()
                    self._arrived.set()
                    await self._room.wait()
        except TimeoutError:
            raise _late() from None

    def _settle(self) -> None:
        """Let those go on whose lines are stored, and those who wait for room."""
        while self._waiting and self._waiting[0][0] <= self._stored:
            done = self._waiting.popleft()[1]
            if not done.done():  # else its caller went away
                done.set_result(None)
        self._room.set()


def _late() -> FhirError:
    return FhirError(
        Category.UNAVAILABLE,
        "The audit cannot be written at the moment, so that no answer can be given; try again. "
        "A change may have been made.",
        headers={"Retry-After": "5"},
    )
