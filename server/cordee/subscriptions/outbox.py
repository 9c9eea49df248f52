"""One subscription's deliveries: in order, one at a time, until delivered or given up.

Events come from memory while they follow one another, else from the queue in the database, so that
what waits for a slow subscriber takes no memory.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from cordee.background import ended
from cordee.errors import FhirError
from cordee.operations.subscription_notification import Kind
from cordee.operations.subscription_terms import Terms
from cordee.store.notification_queue import QueuedEvent, Replay, State
from cordee.store.port import Version
from cordee.subscriptions import backoff, life, message, schedule
from cordee.subscriptions.admission import owner_of
from cordee.subscriptions.channel import Channel, Parcel, UndeliveredError
from cordee.subscriptions.office import Office
from cordee.subscriptions.seal import SealBrokenError

Item = tuple[QueuedEvent, Version | None]

AT_HAND = 64
"""Events kept in memory."""
TROUBLED = 3
"""Failures in a row after which the subscription's status is `error`."""
REFUSALS = 5
"""Times that a receiver may refuse one message before its events are given up."""
PATIENCE = 2.0
"""Seconds that a message under way gets when this process stops delivering."""
BRIEF = 0.1
"""Seconds that it gets when the subscription ends, while whoever else is to be told waits."""
LATER = 30.0
"""Seconds after which deliveries go on after a bug of ours."""
log = structlog.get_logger("cordee.subscriptions")


class StoppedError(Exception):
    """The subscription is off."""


class SetAsideError(Exception):
    """Something else comes first; what was to be told stays queued."""


class Outbox:
    """The deliveries of one subscription."""

    def __init__(self, office: Office, terms: Terms, state: State) -> None:
        """Take up the work where it was left."""
        self._office = office
        self.terms = terms
        self.last = state.last
        self.settled = state.settled
        self.paused = state.paused
        self._told_at = time.monotonic()
        self._at_hand: deque[Item] = deque()
        self._replays: deque[Replay] = deque()
        self._heartbeat = False
        self._stopping = False
        self._greeted = terms.status not in ("requested", "error")
        self._asked = terms.version
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    @property
    def pending(self) -> int:
        """Count what is queued and not settled."""
        return max(0, self.last - self.settled)

    def offer(self, event: QueuedEvent, version: Version) -> None:
        """Take an event that was just queued."""
        follows = self._at_hand[-1][0].number if self._at_hand else self.settled
        if event.number == follows + 1 and len(self._at_hand) < AT_HAND:
            self._at_hand.append((event, version))
        self.last = event.number
        self.wake()

    def update(self, terms: Terms) -> None:
        """Go on by a newer version of the Subscription."""
        if terms.version > self.terms.version:
            if terms.status == "requested":
                self._greeted = False
                self._asked = terms.version
            self.terms = terms
        self.wake()

    def beat(self, period: int) -> None:
        """Send a heartbeat when nothing was said for a period, in seconds."""
        if time.monotonic() - self._told_at >= period:
            self._told_at = time.monotonic()
            self._heartbeat = True
            self.wake()

    def replay(self, order: Replay) -> None:
        """Deliver some events again, before going on."""
        self._replays.append(order)
        self.wake()

    def wake(self) -> None:
        """Work, if there is work."""
        self._news.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def stop(self, *, over: bool = False) -> None:
        """End after the message under way, if it does not take long; the rest stays queued.

        `over` says that the subscription ends.
        """
        self._stopping = True
        self._news.set()
        if self._task is not None and not self._task.done():
            _, late = await asyncio.wait([self._task], timeout=BRIEF if over else PATIENCE)
            await ended(*late)

    async def _run(self) -> None:
        try:
            while await self._step():
                pass
        except StoppedError:
            pass
        except FhirError as error:
            # The database is away: whoever comes next wakes this outbox again.
            log.warning("deliveries wait", subscription=self.terms.id, reason=str(error))
            await asyncio.sleep(1)
            self._at_hand.clear()
            asyncio.get_running_loop().call_soon(self.wake)
        except Exception as error:  # noqa: BLE001 - one bad event must not end a subscription unseen
            log.error(  # noqa: TRY400 - messages and locals could hold health data
                "bug", error=type(error).__qualname__, subscription=self.terms.id
            )
            await self._rest(LATER)
            self._at_hand.clear()
            asyncio.get_running_loop().call_soon(self.wake)

    async def _step(self) -> bool:
        """Do one thing; False when there is nothing to do."""
        self._news.clear()
        if self.terms.status == "off" or self._stopping:
            return False
        if not self._greeted:
            await self._greet()
            return True
        if self.paused:
            return False
        with contextlib.suppress(SetAsideError):
            return await self._go_on()
        return True

    async def _go_on(self) -> bool:
        if self._replays:
            await self._replayed(self._replays[0])
            self._replays.popleft()
            return True
        if self.pending:
            await self._deliver_next()
            return True
        if self._heartbeat:
            self._heartbeat = False
            await self._tell((), "heartbeat")
            return True
        return False

    async def _greet(self) -> None:
        """Shake hands where that is the way, then be active."""
        channel = self._channel()
        asked = self._asked
        waiting = self.terms.status == "requested" or not self.pending
        if waiting and self.terms.topic and channel.handshakes:
            await self._tell((), "handshake")
        if self._asked != asked:
            return  # it was changed meanwhile: its endpoint may be another
        if waiting and self.terms.status != "active":
            written = await life.turn(self._office.services, self.terms, "active")
            if written is self.terms:
                # Not written: the database is away, or a newer version is on its way here.
                await self._sleep(1)
                return
            self.terms = written
        self._greeted = True

    async def _deliver_next(self) -> None:
        before = self.settled
        items = await self._next()
        if not items:
            if self.settled == before:
                await self._without_events(before)
            return
        wait = schedule.wait(self.terms, len(items), items[0][0].moment, self._now())
        if wait > 0:
            await self._rest(min(wait, schedule.LOOK))
            return
        await self._tell(items, "event-notification")
        self.settled = items[-1][0].number
        while self._at_hand and self._at_hand[0][0].number <= self.settled:
            self._at_hand.popleft()
        self._office.progress.settled(self.terms.id, self.settled)

    async def _next(self) -> list[Item]:
        """Give the next events, as many as go into one message."""
        most = self.terms.max_count
        if self._at_hand and self._at_hand[0][0].number == self.settled + 1:
            return list(self._at_hand)[:most]
        self._at_hand.clear()
        found = await self._office.queue.events(
            self.terms.id, self.settled + 1, self.last, limit=max(AT_HAND, most)
        )
        self._at_hand.extend((event, None) for event in found if event.dead is None)
        if found and not self._at_hand:
            self.settled = found[-1].number
            return []
        if self._at_hand:
            # Numbers that were given up before a crash are settled, too.
            self.settled = self._at_hand[0][0].number - 1
        return list(self._at_hand)[:most]

    async def _without_events(self, before: int) -> None:
        """Go on where the queue ends, since it has nothing after number `before`.

        Who queues an event offers it here afterwards; only what the queue has counted can be gone.
        """
        queue, id = self._office.queue, self.terms.id
        last = (await queue.state(id)).last
        self.last = max(before, last)
        if last > before and not await queue.events(id, before + 1, last, limit=1):
            log.error("queued events are missing", subscription=id, after=before)
            self.settled = last

    async def _replayed(self, order: Replay) -> None:
        number = order.first
        while number <= order.last:
            found = await self._office.queue.events(
                self.terms.id,
                number,
                min(order.last, self.settled),
                limit=self.terms.max_count,
                dead_only=order.dead_only,
            )
            if not found:
                return
            await self._tell([(event, None) for event in found], "event-notification")
            for event in found:
                if event.dead is not None:
                    await self._office.queue.revive(event)
            number = found[-1].number + 1
            self._replays[0] = replace(order, first=number)

    async def _tell(self, items: Sequence[Item], kind: Kind) -> None:
        """Deliver one message, trying again until it is delivered, or given up."""
        failures, refusals = 0, 0
        since = time.monotonic()
        while True:
            await self._admitted(kind)
            try:
                await self._send(items, kind)
            except UndeliveredError as error:
                failures += 1
                refusals += error.refused
                if error.refused and refusals >= REFUSALS and kind != "handshake":
                    await self._give_up(items, str(error))
                    return
                await self._failed(error, failures, since, first=TROUBLED if items else 1)
            else:
                await self._succeeded(items)
                if failures:
                    with contextlib.suppress(FhirError):  # it only tells people
                        await self._office.queue.recovered(self.terms.id)
                return

    async def _send(self, items: Sequence[Item], kind: Kind) -> None:
        channel = self._channel()
        circuit = self._office.circuits.of(channel.endpoint(self.terms))
        try:
            owner = owner_of(self.terms, self._office.seal)
            told = await message.told(self._office.services, self.terms, owner, items)
            most = items[-1][0].number if items else self.last
            await channel.send(self.terms, Parcel(kind, most, told))
        except UndeliveredError as error:
            self._office.metrics.deliveries.labels("refused" if error.refused else "failed").inc()
            if error.refused:
                circuit.succeeded()
            else:
                circuit.failed(time.monotonic(), error.wait)
            raise
        except SealBrokenError as error:
            circuit.left()
            raise UndeliveredError("Who asked for this subscription cannot be read") from error
        except BaseException:
            circuit.left()
            raise
        circuit.succeeded()

    async def _failed(
        self, error: UndeliveredError, failures: int, since: float, *, first: int
    ) -> None:
        services = self._office.services
        hours = (time.monotonic() - since) / 3600
        if error.gone or hours > services.settings.subscriptions_give_up_hours:
            self.terms = await life.turn(services, self.terms, "off", str(error))
            raise StoppedError
        if failures >= first and self.terms.status != "error":
            self.terms = await life.turn(services, self.terms, "error", str(error))
        self._office.metrics.retries.inc()
        with contextlib.suppress(FhirError):  # it only tells people
            await self._office.queue.failed(self.terms.id, failures)
        wait = backoff.pause(failures)
        await self._sleep(wait if error.wait is None else max(wait, error.wait))

    async def _succeeded(self, items: Sequence[Item]) -> None:
        metrics = self._office.metrics
        self._told_at = time.monotonic()
        metrics.deliveries.labels("delivered").inc()
        now = self._now()
        for event, _ in items:
            metrics.latency.observe((now - event.moment).total_seconds())
        if self.terms.status == "error":
            self.terms = await life.turn(self._office.services, self.terms, "active")

    async def _give_up(self, items: Sequence[Item], reason: str) -> None:
        """Go on without events that are refused, or without a heartbeat."""
        for event, _ in items:
            await self._office.queue.bury(event, reason)
        self._office.metrics.dead.inc(len(items))
        log.warning(
            "events given up",
            subscription=self.terms.id,
            numbers=[event.number for event, _ in items],
            reason=reason,
        )

    async def _admitted(self, kind: Kind) -> None:
        """Wait until this endpoint may be tried, by this process."""
        while True:
            if self.terms.status == "off" or self._stopping:
                raise StoppedError
            if kind != "handshake" and (self.paused or not self._greeted):
                raise SetAsideError
            if not self._office.holds_leases():
                await asyncio.sleep(0.2)
                continue
            channel = self._channel()
            circuit = self._office.circuits.of(channel.endpoint(self.terms))
            wait = circuit.wait(time.monotonic())
            if wait <= 0:
                return
            await self._sleep(wait)

    async def _sleep(self, seconds: float) -> None:
        """Wait, but not longer than until the Subscription was changed."""
        version = self.terms.version
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and self.terms.version == version:
            if self._stopping:
                return
            await self._rest(left)

    async def _rest(self, seconds: float) -> None:
        """Wait until there is news, but not longer."""
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()

    def _channel(self) -> Channel:
        return self._office.channel(self.terms)

    def _now(self) -> datetime:
        return self._office.services.clock()
