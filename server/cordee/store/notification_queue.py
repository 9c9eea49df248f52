"""The durable queue of notifications: what each subscription must be told, numbered without gaps.

| collection | one document | `_id` |
|---|---|---|
| `subscription_events` | one event of one subscription, by reference to the version it is about | |
| `subscription_states` | how far a subscription is: `last` queued, `settled` delivered | id |
| `subscription_shards` | who works on a share of them, and how far it has read | share |

An event's `_id` is `subscription/number` with the number filled up with zeros, so that events of a
subscription lie together in order. Bodies are not copied: the history keeps them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import DeleteOne, UpdateOne
from pymongo.errors import BulkWriteError
from pymongo.write_concern import WriteConcern

from cordee.store.connection import Collection, Database, Document, Session
from cordee.store.leases import Leases, Position
from cordee.store.port import Method
from cordee.store.transaction import Transactions
from cordee.store.unavailable import translated

_WIDTH = 12
_DUPLICATE = 11000
Key = tuple[str, str, int]
"""(type, id, version)."""


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """One event of one subscription: version `version` of `type`/`id`, committed at `moment`."""

    subscription: str
    number: int
    type: str
    id: str
    version: int
    method: Method
    moment: datetime
    dead: str | None = None
    """Why its delivery was given up."""

    @property
    def key(self) -> Key:
        """Name the version it is about."""
        return (self.type, self.id, self.version)


@dataclass(frozen=True, slots=True)
class State:
    """How far a subscription is.

    `last` is the number of the newest event, `settled` the number up to which all are delivered or
    given up, `dead` how many were given up, `paused` whether an operator stopped it. `retries`
    counts the messages that had to be tried again, ever; `failures` those in a row until now.
    """

    last: int = 0
    settled: int = 0
    dead: int = 0
    paused: bool = False
    retries: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Replay:
    """An operator's order to deliver events again."""

    first: int
    last: int
    dead_only: bool = False


class LeaseLostError(Exception):
    """Another process works on these subscriptions now."""


class AlreadyQueuedError(Exception):
    """Some of these events were queued before: the position was set back."""


class NotificationQueue:
    """The queue of one database."""

    def __init__(self, database: Database, transactions: Transactions) -> None:
        self._database = database
        self._transactions = transactions
        self._events: Collection = database["subscription_events"]
        self._states: Collection = database["subscription_states"]
        # Lost by a crash, progress costs a repetition, never an event.
        self._progress: Collection = self._states.with_options(write_concern=WriteConcern(w=1))

    async def open(self) -> None:
        """Make the indexes."""
        with translated():
            keys = [("s", 1), ("y", 1), ("i", 1), ("v", 1)]
            await self._events.create_index(keys, unique=True)
            await self._states.create_index("shard")
            await self._states.create_index("paused", sparse=True)
            await self._states.create_index("replay", sparse=True)

    def leases(self, owner: str, *, count: int, seconds: float) -> Leases:
        """Give the shares of the work, as one process sees them."""
        return Leases(self._database, "subscription", owner, count=count, seconds=seconds)

    async def append(
        self,
        leases: Leases,
        positions: Mapping[int, Position],
        events: Sequence[QueuedEvent],
    ) -> None:
        """Queue events and move the positions of shares, all or nothing.

        Raises `LeaseLostError` unless the owner still holds all these shares, and
        `AlreadyQueuedError`.
        """

        async def work(session: Session, _held: Any) -> None:
            for position in set(positions.values()):
                pieces = [piece for piece, own in positions.items() if own == position]
                moved = await leases.pieces.update_many(
                    {"_id": {"$in": pieces}, "owner": leases.owner},
                    {"$set": {"token": position.token, "moment": position.moment}},
                    session=session,
                )
                if moved.matched_count != len(pieces):
                    raise LeaseLostError
            if events:
                try:
                    await self._events.insert_many(
                        [_document(event) for event in events], ordered=False, session=session
                    )
                except BulkWriteError as error:
                    if any(row["code"] == _DUPLICATE for row in error.details["writeErrors"]):
                        raise AlreadyQueuedError from error
                    raise
                await self._states.bulk_write(_counted(events), ordered=False, session=session)

        await self._transactions.run(work)

    async def known(
        self, keys: Iterable[Key], subscriptions: Iterable[str]
    ) -> set[tuple[str, Key]]:
        """Tell which (subscription, version) pairs were queued before."""
        wanted = [{"y": type, "i": id, "v": version} for type, id, version in set(keys)]
        if not wanted:
            return set()
        query = {"s": {"$in": sorted(set(subscriptions))}, "$or": wanted}
        with translated():
            found = await self._events.find(query).to_list()
        return {(row["s"], (row["y"], row["i"], row["v"])) for row in found}

    async def enroll(self, subscription: str, shard: int) -> None:
        """Make a subscription's state where it is missing."""
        change = {"$set": {"shard": shard}, "$setOnInsert": {"last": 0, "settled": 0}}
        with translated():
            await self._states.update_one({"_id": subscription}, change, upsert=True)

    async def states(self, shards: Iterable[int]) -> dict[str, State]:
        """Give the states of the subscriptions of some shares, by subscription."""
        with translated():
            found = await self._states.find({"shard": {"$in": sorted(shards)}}).to_list()
        return {row["_id"]: _state(row) for row in found}

    async def paused(self, shards: Iterable[int]) -> set[str]:
        """Give the subscriptions of some shares that an operator stopped."""
        query = {"paused": True, "shard": {"$in": sorted(shards)}}
        with translated():
            return {row["_id"] for row in await self._states.find(query, {"_id": 1}).to_list()}

    async def all_states(self) -> dict[str, State]:
        """Give the states of all subscriptions."""
        with translated():
            return {row["_id"]: _state(row) for row in await self._states.find().to_list()}

    async def state(self, subscription: str) -> State:
        """Give a subscription's state; one without events where nothing is known."""
        with translated():
            found = await self._states.find_one({"_id": subscription})
        return _state(found or {})

    async def events(
        self, subscription: str, first: int, last: int, *, limit: int, dead_only: bool = False
    ) -> list[QueuedEvent]:
        """Give the events from number `first` to `last`, both included, in order."""
        query: Document = {
            "_id": {"$gte": _name(subscription, first), "$lte": _name(subscription, last)}
        }
        if dead_only:
            query["dead"] = {"$exists": True}
        with translated():
            found = await self._events.find(query, sort=[("_id", 1)], limit=limit).to_list()
        return [_event(row) for row in found]

    async def settle(self, progress: Mapping[str, int]) -> None:
        """Remember up to which number each subscription is delivered."""
        changes = [UpdateOne({"_id": s}, {"$max": {"settled": n}}) for s, n in progress.items()]
        with translated():
            await self._progress.bulk_write(changes, ordered=False)

    async def failed(self, subscription: str, failures: int) -> None:
        """Remember that a message failed, and how often in a row."""
        change = {"$set": {"failures": failures}, "$inc": {"retries": 1}}
        with translated():
            await self._progress.update_one({"_id": subscription}, change)

    async def recovered(self, subscription: str) -> None:
        """Remember that messages are delivered again."""
        with translated():
            await self._progress.update_one({"_id": subscription}, {"$set": {"failures": 0}})

    async def oldest(self, states: Mapping[str, State]) -> dict[str, datetime]:
        """Give when the oldest event was committed that each subscription waits for."""
        first = [_name(s, state.settled + 1) for s, state in states.items()]
        with translated():
            found = await self._events.find({"_id": {"$in": first}}, {"s": 1, "t": 1}).to_list()
        return {row["s"]: row["t"] for row in found}

    async def bury(self, event: QueuedEvent, reason: str) -> None:
        """Give an event up; it can be replayed."""
        name = _name(event.subscription, event.number)
        with translated():
            done = await self._events.update_one(
                {"_id": name, "dead": {"$exists": False}}, {"$set": {"dead": reason}}
            )
            if done.modified_count:
                await self._states.update_one({"_id": event.subscription}, {"$inc": {"dead": 1}})

    async def revive(self, event: QueuedEvent) -> None:
        """Take back that an event was given up: it has been delivered."""
        name = _name(event.subscription, event.number)
        with translated():
            done = await self._events.update_one(
                {"_id": name, "dead": {"$exists": True}}, {"$unset": {"dead": 1}}
            )
            if done.modified_count:
                await self._states.update_one({"_id": event.subscription}, {"$inc": {"dead": -1}})

    async def pause(self, subscription: str, *, paused: bool) -> bool:
        """Stop or resume deliveries; events go on being queued. False if there is no such state."""
        with translated():
            done = await self._states.update_one(
                {"_id": subscription}, {"$set": {"paused": paused}}
            )
        return done.matched_count == 1

    async def count(self, subscription: str, replay: Replay) -> int:
        """Count the events that a replay would deliver again: those kept and settled before."""
        last = min(replay.last, (await self.state(subscription)).settled)
        query: Document = {
            "_id": {"$gte": _name(subscription, replay.first), "$lte": _name(subscription, last)}
        }
        if replay.dead_only:
            query["dead"] = {"$exists": True}
        with translated():
            return await self._events.count_documents(query)

    async def order_replay(self, subscription: str, replay: Replay) -> bool:
        """Ask whoever works on a subscription to deliver events again."""
        order = {"first": replay.first, "last": replay.last, "dead_only": replay.dead_only}
        with translated():
            done = await self._states.update_one({"_id": subscription}, {"$set": {"replay": order}})
        return done.matched_count == 1

    async def take_replays(self, shards: Iterable[int]) -> dict[str, Replay]:
        """Give the orders for the subscriptions of some shares, which are then done with."""
        query = {"shard": {"$in": sorted(shards)}, "replay": {"$exists": True}}
        orders: dict[str, Replay] = {}
        with translated():
            for row in await self._states.find(query, {"replay": 1}).to_list():
                orders[row["_id"]] = Replay(**row["replay"])
                await self._states.update_one({"_id": row["_id"]}, {"$unset": {"replay": 1}})
        return orders

    async def forget(self, subscription: str) -> None:
        """Remove everything about a subscription that was deleted."""
        with translated():
            await self._events.delete_many({"s": subscription})
            await self._states.bulk_write([DeleteOne({"_id": subscription})])

    async def sweep(self, subscription: str, before: datetime, settled: int) -> int:
        """Remove delivered events that are older than `before`; give how many."""
        query = {
            "_id": {"$gte": _name(subscription, 0), "$lte": _name(subscription, settled)},
            "t": {"$lt": before},
            "dead": {"$exists": False},
        }
        with translated():
            return (await self._events.delete_many(query)).deleted_count


def _name(subscription: str, number: int) -> str:
    return f"{subscription}/{number:0{_WIDTH}d}"


def _document(event: QueuedEvent) -> Document:
    return {
        "_id": _name(event.subscription, event.number),
        "s": event.subscription,
        "n": event.number,
        "y": event.type,
        "i": event.id,
        "v": event.version,
        "m": event.method,
        "t": event.moment,
    }


def _event(row: Mapping[str, Any]) -> QueuedEvent:
    return QueuedEvent(
        row["s"], row["n"], row["y"], row["i"], row["v"], row["m"], row["t"], row.get("dead")
    )


def _state(row: Mapping[str, Any]) -> State:
    return State(
        row.get("last", 0),
        row.get("settled", 0),
        row.get("dead", 0),
        row.get("paused", False),
        row.get("retries", 0),
        row.get("failures", 0),
    )


def _counted(events: Sequence[QueuedEvent]) -> list[UpdateOne]:
    newest = {event.subscription: event.number for event in events}
    return [UpdateOne({"_id": s}, {"$set": {"last": n}}, upsert=True) for s, n in newest.items()]
