"""From committed versions to queued events: read in commit order, matched, numbered, kept.

The events of a batch and the position after it are one transaction, so that nothing is missed and
nothing comes twice, whenever a process dies. Where the database has forgotten the position, the
histories tell what was committed since.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.background import ended
from cordee.errors import Category, FhirError
from cordee.interactions.at_rest import roused
from cordee.operations.subscription_terms import Terms
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import EVERYTHING
from cordee.search.values import Extraction
from cordee.store.leases import Leases, Position
from cordee.store.mongo_store import MongoStore
from cordee.store.notification_queue import AlreadyQueuedError, Key, QueuedEvent
from cordee.store.port import Event, HistoryQuery, Version
from cordee.subscriptions import life, message, topics
from cordee.subscriptions.contained import opened
from cordee.subscriptions.office import Office, shard_of
from cordee.subscriptions.question import asker
from cordee.subscriptions.roster import Roster
from cordee.subscriptions.rule import Change, Kind, State, fires, seen_by

BATCH = 200
BUSY = 0.02
GATHER = 0.004
"""Seconds: events that follow one another so closely are gathered a moment into one transaction."""
IDLE = 1.0
"""Seconds between two notes of the position of shares that have no events."""
OVERLAP = timedelta(seconds=60)
"""How much further back histories are read than the position says: commits are not in the order of
their times."""
log = structlog.get_logger("cordee.subscriptions")

Item = tuple[QueuedEvent, Version]
Queued = Callable[[Sequence[Item]], None]
Known = Callable[[Version], Awaitable[None]]


class Follower:
    """Follows the versions for some shares of the subscriptions."""

    def __init__(
        self,
        office: Office,
        store: MongoStore,
        leases: Leases,
        positions: Mapping[int, Position],
        roster: Roster,
        *,
        queued: Queued,
        subscription: Known,
    ) -> None:
        """Begin after `positions`; `queued` and `subscription` hear of what happens."""
        self._office = office
        self._services = office.services
        self._store = store
        self._leases = leases
        self._positions = dict(positions)
        self._roster = roster
        self._queued = queued
        self._subscription = subscription
        self._read: asyncio.Queue[Event | None] = asyncio.Queue(BATCH * 5)
        self._rescanned: set[Key] = set()
        self._noted = 0.0
        self._stopping = False
        self._unanswerable: set[str] = set()

    async def run(self) -> None:
        """Follow until `stop`. Raises `FhirError` or `LeaseLostError`: then begin anew."""
        start = min(position.token for position in self._positions.values())
        reading = asyncio.create_task(self._read_from(start))
        dealt = 0.0
        try:
            while not self._stopping and (first := await self._first(reading)) is not None:
                batch = [first]
                if time.monotonic() - dealt < BUSY:
                    await asyncio.sleep(GATHER)
                while len(batch) < BATCH and not self._read.empty():
                    event = self._read.get_nowait()
                    if event is not None:
                        batch.append(event)
                await self._deal(batch)
                dealt = time.monotonic()
        finally:
            await ended(reading)

    def stop(self) -> None:
        """End after the batch under way."""
        self._stopping = True
        if not self._read.full():
            self._read.put_nowait(None)

    async def _first(self, reading: "asyncio.Task[None]") -> Event | None:
        if not self._read.empty():
            return self._read.get_nowait()
        waiting = asyncio.create_task(self._read.get())
        try:
            await asyncio.wait((waiting, reading), return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                reading.result()  # it only ends by failing
            return await waiting
        finally:
            waiting.cancel()

    async def _read_from(self, token: str) -> None:
        try:
            await self._pass_on(token)
        except FhirError as error:
            if error.category in _PASSING:
                raise
            # Forgotten, or from another database: either way, only the histories know.
            log.warning("the last position is of no use; reading histories", reason=str(error))
            await self._pass_on(await self._rescan())

    async def _pass_on(self, token: str) -> None:
        async for event in self._store.events(token):
            await self._read.put(event)

    async def _deal(self, batch: Sequence[Event]) -> None:
        """Match a batch, queue what fires, and tell those who deliver."""
        items: list[Item] = []
        for event in batch:
            newest = event
            key = (event.version.type, event.version.id, event.version.version)
            if key not in self._rescanned:
                found = await self._found(event.version)
                items += self._numbered(event.version, self._new_to(found, event.token))
            if event.version.type == "Subscription":
                self._noted = 0.0  # nobody is to match what came before with what it says now
                if event.version.deleted:
                    items = [row for row in items if row[0].subscription != event.version.id]
            if self._stopping:
                break  # who goes on reads the rest again
        self._office.metrics.lag.set(
            (self._services.clock() - newest.version.last_updated).total_seconds()
        )
        position = Position(newest.token, newest.version.last_updated)
        try:
            await self._note(items, position)
        except AlreadyQueuedError:
            items = await self._left(items)
            await self._note(items, position)
        self._queued(items)

    async def _left(self, items: Sequence[Item]) -> list[Item]:
        """Leave out what was queued before, and number the rest again."""
        for event, _ in items:
            last = self._roster.last[event.subscription]
            self._roster.last[event.subscription] = min(last, event.number - 1)
        keys = {event.key for event, _ in items}
        done = await self._office.queue.known(keys, {event.subscription for event, _ in items})
        return [
            again
            for event, version in items
            if (event.subscription, event.key) not in done
            for again in self._numbered(version, [event.subscription])
        ]

    async def _found(self, version: Version) -> set[str]:
        """Match, but let no version that meets a bug of ours stop all that come after it."""
        try:
            return await self._matched(version)
        except FhirError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must be told
            self._office.metrics.skipped.inc()
            log.error(  # noqa: TRY400 - messages and locals could hold health data
                "bug: a version was matched with nothing",
                error=type(error).__qualname__,
                version=f"{version.type}/{version.id}/_history/{version.version}",
            )
            return set()

    def _new_to(self, subscriptions: set[str], token: str) -> list[str]:
        """Leave out those whose share was beyond this event before."""
        return sorted(
            each for each in subscriptions if token > self._positions[shard_of(each)].token
        )

    async def _note(self, items: Sequence[Item], position: Position) -> None:
        """Queue events and move on the shares they are of; now and then the others follow.

        A share without events may stay behind: it is read again, and again has none.
        """
        now = time.monotonic()
        shards = {shard_of(event.subscription) for event, _ in items}
        if self._stopping or now - self._noted >= IDLE:
            shards, self._noted = set(self._positions), now
        moved = {
            shard: position
            for shard, own in self._positions.items()
            if shard in shards and position.token > own.token
        }
        if not moved:
            return
        await self._office.queue.append(self._leases, moved, [event for event, _ in items])
        self._positions |= moved
        self._office.metrics.queued.inc(len(items))

    def _numbered(self, version: Version, subscriptions: Sequence[str]) -> list[Item]:
        made: list[Item] = []
        for name in subscriptions:
            number = self._roster.last.get(name, 0) + 1
            self._roster.last[name] = number
            event = QueuedEvent(
                name,
                number,
                version.type,
                version.id,
                version.version,
                version.method,
                version.last_updated,
            )
            made.append((event, version))
        return made

    async def _matched(self, version: Version) -> set[str]:
        """Give the subscriptions of which a version is an event."""
        found: set[str] = set()
        if self._roster.index.watches(version.type):
            change = self._change(version)
            focus = await change.focus()
            if focus is not None:
                found = await self._fired(change, focus[1])
                found = await self._permitted(found, version, change, focus[1])
        if version.type == "Subscription":
            await self._subscription(version)
        elif version.type == "Basic":
            body = None if version.deleted else version.body
            topics.learn(self._services, version.id, version.version, body)
            if self._roster.outdated():
                self.stop()  # and all subscriptions are read again
        return found

    async def _fired(self, change: Change, extraction: Extraction) -> set[str]:
        found: set[str] = set()
        for rule, subscriptions in self._roster.index.candidates(extraction):
            try:
                if await fires(rule, change):
                    found |= subscriptions
            except FhirError as error:
                if error.category in _PASSING:
                    raise
                for name in subscriptions:
                    await self._broken(self._roster.terms[name], str(error))
        return found

    async def _broken(self, terms: Terms, reason: str) -> None:
        """Say that a subscription's criteria cannot be answered, since events are missed by it."""
        if terms.status != "error" and terms.id not in self._unanswerable:
            self._unanswerable.add(terms.id)
            text = f"The criteria could not be evaluated: {reason}"
            await life.turn(self._services, terms, "error", text)

    async def _permitted(
        self, names: set[str], version: Version, change: Change, extraction: Extraction
    ) -> set[str]:
        """Leave out those whose time this is not, and who may not see the resource."""
        found: set[str] = set()
        extraction = message.as_stored(extraction, version)
        for name in names:
            terms = self._roster.terms[name]
            moment = version.last_updated
            if (terms.start and moment < terms.start) or (terms.end and moment > terms.end):
                continue
            owner = await roused(self._services, self._roster.owners[name])
            limit = narrow(self._services.policy, owner, (version.type,), EVERYTHING)
            if limit is EVERYTHING or (
                await message.holds(self._services, limit, extraction)
                and await self._fires_for(owner, name, change)
            ):
                found.add(name)
        return found

    async def _fires_for(self, owner: Caller, name: str, change: Change) -> bool:
        """Tell whether a rule fires although its chains pass through nothing hidden from the owner.

        A chain would else tell what stands in a resource that the owner may not see.
        """
        policy = self._services.policy
        for rule in self._roster.index.rules(name):
            limited = seen_by(policy, owner, rule)
            if limited is rule or await fires(limited, change):
                return True
        return False

    def _change(self, version: Version) -> Change:
        known: list[State | None] = []
        contained: dict[str, Resource] = {}
        ask = asker(self._services, contained)

        def state(of: Version) -> State:
            resource = json.parse(of.body)
            return resource, self._services.registry.extract(opened(resource, contained))

        async def previous() -> State | None:
            if not known:
                before = await self._store.vread(version.type, version.id, version.version - 1)
                known.append(state(before) if before and not before.deleted else None)
            return known[0]

        kind: Kind = "create" if version.version == 1 or version.method == "POST" else "update"
        if version.deleted:
            return Change("delete", None, previous, ask)
        return Change(kind, state(version), previous, ask)

    async def _rescan(self) -> str:
        """Queue what the histories tell since the last position; give the token to go on after."""
        token = await self._store.now()
        since = min(position.moment for position in self._positions.values()) - OVERLAP
        keys = await self._history(since)
        log.info("histories read", versions=len(keys))
        for start in range(0, len(keys), BATCH):
            await self._again(keys[start : start + BATCH])
        moment = self._services.clock()
        moved = dict.fromkeys(self._positions, Position(token, moment))
        await self._office.queue.append(self._leases, moved, ())
        self._positions = moved
        return token

    async def _history(self, since: datetime) -> list[Key]:
        """Give the versions since a time, oldest first."""
        keys: list[Key] = []
        query = HistoryQuery(since=since, count=1_000)
        while True:
            page = await self._store.history(query)
            keys += [(found.type, found.id, found.version) for found in page.matches]
            if page.next is None:
                return keys[::-1]
            query = replace(query, after=page.next)

    async def _again(self, keys: Sequence[Key]) -> None:
        items: list[Item] = []
        for key in keys:
            version = await self._store.vread(*key)
            if version is None:
                continue
            names = await self._found(version)
            done = await self._office.queue.known([key], names) if names else set()
            items += self._numbered(version, sorted(n for n in names if (n, key) not in done))
            self._rescanned.add(key)
        if items:
            await self._office.queue.append(
                self._leases, self._positions, [event for event, _ in items]
            )
            self._queued(items)


_PASSING = frozenset((Category.UNAVAILABLE, Category.TIMEOUT, Category.CONFLICT))
"""Failures that are not the criteria's."""
