"""The work on subscriptions in one server process: its share of them, as long as it lives.

https://hl7.org/fhir/R4/subscription.html
"""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry

from cordee.background import ended
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.operations.subscription_terms import Terms
from cordee.search.filter import EVERYTHING
from cordee.store.leases import Position
from cordee.store.mongo_store import MongoStore
from cordee.store.notification_queue import LeaseLostError, QueuedEvent, State
from cordee.store.port import Query, Version
from cordee.subscriptions import life
from cordee.subscriptions.address import Addresses
from cordee.subscriptions.channel import Channel
from cordee.subscriptions.email import Email
from cordee.subscriptions.follower import Follower
from cordee.subscriptions.message_channel import MessageChannel
from cordee.subscriptions.metrics import Metrics
from cordee.subscriptions.notification_order import NotificationOrders
from cordee.subscriptions.office import LEASE, ORDERS, RENEWAL, SHARDS, Office, base_of, shard_of
from cordee.subscriptions.outbox import Outbox
from cordee.subscriptions.progress import Progress
from cordee.subscriptions.rest_hook import RestHook
from cordee.subscriptions.roster import Roster
from cordee.subscriptions.seal import Seal
from cordee.subscriptions.transport import Transport
from cordee.subscriptions.websocket import Websocket

SWEEP = 3_600.0
log = structlog.get_logger("cordee.subscriptions")


class Subscriptions:
    """One process's part."""

    def __init__(self, office: Office, store: MongoStore) -> None:
        """Hold nothing yet."""
        self.office = office
        self._services = office.services
        self._store = store
        owner = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"
        self._leases = office.queue.leases(owner, count=SHARDS, seconds=LEASE)
        self._held: frozenset[int] = frozenset()
        self._roster = Roster(self._services, office.seal)
        self._outboxes: dict[str, Outbox] = {}
        self._follower: Follower | None = None
        self._following: asyncio.Task[None] | None = None
        self._swept = time.monotonic()

    async def run(self) -> None:
        """Work, for ever; whatever fails is begun anew from what is stored."""
        opened = False
        while True:
            try:
                if not opened:
                    await self._open()
                    opened = True
                await self._renew()
                await self._keep_house()
            except FhirError as error:
                log.warning("subscriptions wait", reason=str(error))
            except Exception as error:  # noqa: BLE001 - nobody would be told of anything any more
                log.error(  # noqa: TRY400 - messages and locals could hold health data
                    "bug", error=type(error).__qualname__, place="subscriptions"
                )
            await asyncio.sleep(RENEWAL)

    async def close(self) -> None:
        """Give everything back in good order."""
        await self._stop_following()
        await asyncio.gather(*(outbox.stop() for outbox in self._outboxes.values()))
        await self.office.progress.flush()
        with contextlib.suppress(FhirError):
            await self._leases.release()

    async def _open(self) -> None:
        await self.office.queue.open()
        start = Position(await self._store.now(), self._services.clock())
        await self._leases.open(start)

    async def _renew(self) -> None:
        begun = time.monotonic()
        held = await self._leases.hold()
        self.office.renewed = begun
        ended = self._following is None or self._following.done()
        if held != self._held or (ended and held):
            await self._begin(held)

    async def _begin(self, held: frozenset[int]) -> None:
        """Work on these shares from where they stand."""
        await self._stop_following()
        lost = [name for name in self._outboxes if shard_of(name) not in held]
        await self._close_outboxes(lost)
        self._held = held
        if not held:
            return
        positions = await self._leases.positions(held)
        states = await self.office.queue.states(held)
        self._roster = Roster(self._services, self.office.seal)
        self._roster.count(states)
        async for version in self._store.stream(Query(("Subscription",), EVERYTHING)):
            if shard_of(version.id) in held:
                await self._take(version, states.get(version.id))
                if version.id not in states:
                    self._roster.unheard(version.id)
        self._follower = Follower(
            self.office,
            self._store,
            self._leases,
            positions,
            self._roster,
            queued=self._queued,
            subscription=self._learn,
        )
        self._following = asyncio.create_task(self._follow(self._follower))
        log.info("subscriptions", shares=len(held), listening=len(self._roster.index))

    async def _follow(self, follower: Follower) -> None:
        try:
            await follower.run()
        except LeaseLostError:
            log.info("another process works on these subscriptions now")
        except FhirError as error:
            log.warning("following begins anew", reason=str(error))
        except Exception as error:  # noqa: BLE001 - one bad version must not end all notifications
            log.error(  # noqa: TRY400 - messages and locals could hold health data
                "bug", error=type(error).__qualname__, place="subscriptions"
            )

    async def _stop_following(self) -> None:
        if self._follower is not None and self._following is not None:
            if not self._following.done():
                self._follower.stop()
            await asyncio.wait([self._following])
        self._follower = self._following = None

    async def _close_outboxes(self, names: Iterable[str], *, over: bool = False) -> None:
        gone = [self._outboxes.pop(name) for name in list(names) if name in self._outboxes]
        await asyncio.gather(*(outbox.stop(over=over) for outbox in gone))
        await self.office.progress.flush()  # who takes one up again goes on from there

    async def _learn(self, version: Version) -> None:
        """Follow a version of a Subscription."""
        if shard_of(version.id) not in self._held or self._roster.knows(version):
            return
        if version.deleted:
            self._roster.remove(version.id)
            await self._close_outboxes([version.id], over=True)
            await self.office.queue.forget(version.id)
            return
        await self._take(version, None)

    async def _take(self, version: Version, state: State | None) -> None:
        """Work by a version of a Subscription."""
        terms = self._roster.put(version)
        if terms is None:
            return
        if version.id not in self._roster.last:
            await self.office.queue.enroll(version.id, shard_of(version.id))
            self._roster.last[version.id] = 0
        broken = self._roster.broken.get(version.id)
        if broken is not None:
            await self._close_outboxes([version.id], over=True)
            if terms.status not in ("error", "off"):
                await life.turn(self._services, terms, "error", broken)
            return
        outbox = self._outboxes.get(version.id)
        if terms.status == "off":
            await self._close_outboxes([version.id], over=True)
        elif outbox is not None:
            if state is not None:  # numbers of the roster may not be stored yet
                outbox.last = max(outbox.last, state.last)
            outbox.update(terms)
        else:
            state = state or await self.office.queue.state(version.id)
            outbox = self._outboxes[version.id] = Outbox(self.office, terms, state)
            if terms.status != "active" or outbox.pending:
                outbox.wake()

    def _queued(self, items: Sequence[tuple[QueuedEvent, Version]]) -> None:
        for event, version in items:
            outbox = self._outboxes.get(event.subscription)
            if outbox is not None:
                outbox.offer(event, version)
            self.office.bells.ring(event.subscription)

    async def _keep_house(self) -> None:
        """Carry out orders, send heartbeats, end what is over, and count."""
        if not self._held:
            return
        for name, order in (await self.office.queue.take_replays(self._held)).items():
            if name in self._outboxes:
                self._outboxes[name].replay(order)
        self._heed_pauses(await self.office.queue.paused(self._held))
        for outbox in list(self._outboxes.values()):
            await self._look_after(outbox)
        metrics = self.office.metrics
        metrics.active.set(len(self._roster.index))
        metrics.pending.set(sum(outbox.pending for outbox in self._outboxes.values()))
        metrics.circuits.set(self.office.circuits.open(time.monotonic()))
        await self._sweep()

    def _heed_pauses(self, paused: set[str]) -> None:
        for name, outbox in self._outboxes.items():
            if outbox.paused != (name in paused):
                outbox.paused = name in paused
                outbox.wake()

    async def _look_after(self, outbox: Outbox) -> None:
        terms: Terms = outbox.terms
        if terms.end is not None and self._services.clock() > terms.end and not outbox.pending:
            await life.turn(self._services, terms, "off", "The subscription has ended")
        elif terms.heartbeat and terms.topic and terms.status == "active":
            outbox.beat(terms.heartbeat)

    async def _sweep(self) -> None:
        """Remove what was delivered long ago."""
        if time.monotonic() - self._swept < SWEEP:
            return
        self._swept = time.monotonic()
        kept = timedelta(days=self._services.settings.subscriptions_retention_days)
        for name, outbox in list(self._outboxes.items()):
            await self.office.queue.sweep(name, self._services.clock() - kept, outbox.settled)


@asynccontextmanager
async def running(
    services: Services, registry: CollectorRegistry | None = None
) -> AsyncIterator[Subscriptions]:
    """Work on subscriptions in the background; metrics go to `registry`."""
    store = services.store
    assert isinstance(store, MongoStore), "the queue lies in the same database"
    queue = store.notifications()
    settings = services.settings
    seal = Seal.of(settings)
    transport = Transport(settings, Addresses(settings))
    channels: dict[str, Channel] = {
        "rest-hook": RestHook(services, seal, transport, base_of(settings)),
        "message": MessageChannel(services, seal, transport, base_of(settings)),
        "email": Email(services, base_of(settings)),
        "websocket": Websocket(),
    }
    if settings.subscriptions_nde_manager:
        channels[ORDERS] = NotificationOrders(services, transport, base_of(settings))
    progress = Progress(queue)
    office = Office(services, queue, seal, channels, progress, Metrics(registry))
    work = Subscriptions(office, store)
    tasks = [asyncio.create_task(work.run()), asyncio.create_task(progress.run())]
    try:
        yield work
    finally:
        await ended(*tasks)
        await work.close()
        await transport.close()
