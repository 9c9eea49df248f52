"""The work on exchanges in one server process: its share of all bridges' queue.

Each bridge has slots of its own, so that one whose other side is slow delays none of the others.
"""

import asyncio
import contextlib
import os
import random
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from itertools import count
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry

from cordee.background import ended
from cordee.bridges import exchange as exchanges
from cordee.bridges.exchange import (
    STATES,
    Bridge,
    Done,
    Exchange,
    Handlers,
    Later,
    Outcome,
    Quarantined,
    Refused,
    State,
)
from cordee.bridges.exchange_metrics import ExchangeMetrics
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.store.exchange_queue import ExchangeQueue
from cordee.store.mongo_store import MongoStore

SLOTS = 4
"""Exchanges of one bridge under way in one process."""
LEASE = 30.0
"""Seconds that an exchange stays with a process that says nothing more."""
IDLE = 1.0
COUNTING = 15.0
FIRST, LONGEST = 2.0, 900.0
"""Seconds of the first pause after a failure, and of the longest."""
MOST_BUGS = 5
"""Attempts of one exchange that may end in a fault of ours, or with the process's death."""
PASSING = frozenset({Category.UNAVAILABLE, Category.TIMEOUT, Category.THROTTLED, Category.CONFLICT})
"""Errors of ours that may be over at the next attempt."""

log = structlog.get_logger("cordee.bridges")


def pause(attempts: int, first: float = FIRST) -> float:
    """Give the seconds to wait after some attempts: doubling, with jitter."""
    longest = min(LONGEST, first * 2.0 ** min(attempts - 1, 20))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret


class ExchangeOffice:
    """One process's part."""

    def __init__(
        self,
        services: Services,
        queue: ExchangeQueue,
        handlers: Handlers,
        metrics: ExchangeMetrics | None = None,
        *,
        lease: float = LEASE,
        idle: float = IDLE,
        first: float = FIRST,
    ) -> None:
        """Hold nothing yet.

        `idle` are the seconds between looks at an empty queue, `first` those after a first failure.
        """
        self.queue = queue
        self._services = services
        self._handlers = handlers
        self._metrics = metrics or ExchangeMetrics()
        self._lease = lease
        self._idle = idle
        self._first = first
        self._patience = timedelta(hours=services.settings.bridges_give_up_hours)
        self._name = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
        self._numbers = count(1)

    async def run(self) -> None:
        """Work, until cancelled; what is under way then is given back."""
        await self._opened()
        bridges = sorted({bridge for bridge, _ in self._handlers})
        async with asyncio.TaskGroup() as group:
            group.create_task(self._count())
            for bridge in bridges:
                group.create_task(self._serve(bridge))

    async def _opened(self) -> None:
        while True:
            try:
                await self.queue.open()
            except FhirError as error:
                log.warning("bridges wait", reason=error.diagnostics)
                await asyncio.sleep(self._idle)
            else:
                return

    async def _serve(self, bridge: str) -> None:
        """Make the exchanges of one bridge as they fall due."""
        slots = asyncio.Semaphore(SLOTS)
        async with asyncio.TaskGroup() as group:
            while True:
                await slots.acquire()
                owner = f"{self._name}/{next(self._numbers)}"
                exchange = await self._claimed(bridge, owner)
                if exchange is None:
                    slots.release()
                    await asyncio.sleep(self._idle * random.uniform(0.75, 1.25))  # noqa: S311
                    continue
                task = group.create_task(self._attempt(exchange, owner))
                task.add_done_callback(lambda _: slots.release())

    async def _claimed(self, bridge: str, owner: str) -> Exchange | None:
        try:
            return await self.queue.claim([bridge], owner, self._lease)
        except FhirError as error:
            log.warning("bridges wait", reason=error.diagnostics)
        except Exception as error:  # noqa: BLE001 - work goes on
            _tell(error, bridge)
        return None

    async def _attempt(self, exchange: Exchange, owner: str) -> None:
        try:
            await self._attempted(exchange, owner)
        except Exception as error:  # noqa: BLE001 - its lease runs out, the others go on
            _tell(error, exchange.bridge)

    async def _attempted(self, exchange: Exchange, owner: str) -> None:
        """Make one attempt at an exchange, and say how it ended."""
        begun = time.monotonic()
        try:
            outcome = await self._outcome(exchange, owner)
        except asyncio.CancelledError:
            with contextlib.suppress(FhirError):
                await self.queue.finish(exchange, owner, "waiting", tried=False)
            raise
        if outcome is None:
            log.info("another process has the exchange now", exchange=exchange.id)
            return
        self._metrics.duration.labels(exchange.bridge, exchange.action).observe(
            time.monotonic() - begun
        )
        await self._end(exchange, owner, outcome)

    async def _outcome(self, exchange: Exchange, owner: str) -> Outcome | None:
        """Run the handler while the lease is kept; None when it was lost."""
        if exchange.lost >= MOST_BUGS:
            return Quarantined(f"{exchange.lost} processes in a row ended while they handled it")
        try:
            await exchanges.record(self._services, exchange)
        except FhirError as error:  # what cannot be recorded is not done
            return Later(error.diagnostics)
        work = asyncio.create_task(self._handled(exchange))
        keeping = asyncio.create_task(self._keep(exchange, owner))
        try:
            await asyncio.wait({work, keeping}, return_when=asyncio.FIRST_COMPLETED)
            return work.result() if work.done() else None
        finally:
            await ended(work, keeping)

    async def _handled(self, exchange: Exchange) -> Outcome:
        handler = self._handlers.get((exchange.bridge, exchange.action))
        if handler is None:
            return Later(f"This server does not know how to do {exchange.action}", wait=LONGEST)
        try:
            return await handler(exchange)
        except TimeoutError:
            return Later("The other side did not answer in time")
        except FhirError as error:
            if error.category is Category.BUG:
                return _bug(exchange, error)
            passing = error.category in PASSING
            return Later(error.diagnostics) if passing else Refused(error.diagnostics)
        except Exception as error:  # noqa: BLE001 - one exchange must not end all work
            return _bug(exchange, error)

    async def _keep(self, exchange: Exchange, owner: str) -> None:
        """Renew the lease; returns when it is lost."""
        while True:
            await asyncio.sleep(self._lease / 3)
            with contextlib.suppress(FhirError):  # the database is away: perhaps back in time
                if not await self.queue.renew(exchange, owner, self._lease):
                    return

    async def _end(self, exchange: Exchange, owner: str, outcome: Outcome) -> None:
        state, error, wait = self._judged(exchange, outcome)
        result = {} if isinstance(outcome, Later) else outcome.result
        try:
            ended = await self.queue.finish(
                exchange, owner, state, error=error, result=result, wait=wait
            )
        except FhirError as failure:
            # Its lease runs out, and handlers are safe to run again.
            log.warning("exchange not noted", exchange=exchange.id, reason=failure.diagnostics)
            return
        if ended is None:
            return
        self._metrics.attempts.labels(exchange.bridge, exchange.action, state).inc()
        if state == "done":
            waited = (ended.updated - ended.created).total_seconds()
            self._metrics.latency.labels(exchange.bridge).observe(waited)
        else:
            told = {"exchange": exchange.id, "state": state, "attempts": exchange.attempts}
            log.warning("exchange", bridge=exchange.bridge, action=exchange.action, **told)
        with contextlib.suppress(FhirError):  # the line is queued, and written when it can be
            await exchanges.record(self._services, ended)

    def _judged(self, exchange: Exchange, outcome: Outcome) -> tuple[State, str | None, float]:
        """Give what an outcome makes of an exchange: state, error, and seconds to wait."""
        match outcome:
            case Done():
                return "done", None, 0.0
            case Refused(reason):
                return "refused", reason, 0.0
            case Quarantined(reason):
                return "quarantined", reason, 0.0
            case Later(reason, wait):
                if self._services.clock() - exchange.begun > self._patience:
                    return "failed", reason, 0.0
                return (
                    "waiting",
                    reason,
                    pause(exchange.attempts, self._first) if wait is None else wait,
                )

    async def _count(self) -> None:
        """Tell how many exchanges are in which state, from time to time."""
        known: set[tuple[str, State]] = set()
        known.update((bridge, state) for bridge, _ in self._handlers for state in STATES)
        while True:
            with contextlib.suppress(FhirError):
                found = await self.queue.counts()
                known.update(found)
                for bridge, state in known:
                    if state != "done":
                        gauge = self._metrics.exchanges.labels(bridge, state)
                        gauge.set(found.get((bridge, state), 0))
            await asyncio.sleep(COUNTING)


def _bug(exchange: Exchange, error: Exception) -> Outcome:
    _tell(error, f"{exchange.bridge} {exchange.action}")
    reason = f"A fault of this server ({type(error).__qualname__})"
    return Later(reason) if exchange.attempts < MOST_BUGS else Quarantined(reason)


def _tell(error: Exception, place: str) -> None:
    # Messages and locals could hold health data.
    log.error("bug", error=type(error).__qualname__, place=place)


@asynccontextmanager
async def running(
    services: Services, bridges: Sequence[Bridge], registry: CollectorRegistry | None = None
) -> AsyncIterator[ExchangeOffice]:
    """Make exchanges in the background; metrics go to `registry`."""
    store = services.store
    assert isinstance(store, MongoStore), "the queue lies in the same database"
    async with AsyncExitStack() as stack:
        handlers: dict[tuple[str, str], exchanges.Handler] = {}
        for bridge in bridges:
            handlers |= await stack.enter_async_context(bridge(services))
        office = ExchangeOffice(services, store.exchanges(), handlers, ExchangeMetrics(registry))
        work = asyncio.create_task(office.run())
        try:
            yield office
        finally:
            await ended(work)
