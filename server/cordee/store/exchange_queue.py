"""The durable queue of exchanges: what bridges send to, and take from, the world outside FHIR.

One collection, `exchanges`. An exchange's `_id` follows from its key, so that nothing is queued
twice. `due` is when it is to be tried next; while it is being sent, when others may take it over,
so that what a dead process held goes on by itself. The database's clock alone counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, get_args
from uuid import NAMESPACE_URL, uuid5

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from cordee.store.connection import Collection, Database, Document
from cordee.store.port import WriteSession
from cordee.store.unavailable import translated
from cordee.store.write_session import MongoWriteSession

State = Literal["waiting", "sending", "done", "failed", "refused", "quarantined"]
"""Where an exchange stands: to be tried; being tried; done; given up after failures; refused by one
side, so that trying again is useless as it is; too dangerous or broken to be handled."""
STATES: tuple[State, ...] = get_args(State)
Json: TypeAlias = Mapping[str, Any]
_UNKNOWN = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing to do with the world outside, once.

    `key` names it for ever: what has the same key is the same exchange. `about` are versions of
    resources it carries ("DocumentReference/1/_history/2"), `subject` the person ("Patient/1"),
    `target` the endpoint or recipient for people to read, `content` what its handler needs (plain
    JSON, small; no secrets). `caller` is who asked, in the words of `bridges.exchange`. `attempts`
    counts those begun, `result` is what the other side gave (external ids), `error` why the last
    attempt did not succeed.
    """

    bridge: str
    action: str
    key: str
    about: tuple[str, ...] = ()
    subject: str | None = None
    target: str = ""
    content: Json = field(default_factory=dict)
    caller: str = ""
    state: State = "waiting"
    attempts: int = 0
    due: datetime = _UNKNOWN
    created: datetime = _UNKNOWN
    updated: datetime = _UNKNOWN
    begun: datetime = _UNKNOWN
    """When it was queued, or ordered anew by an operator: patience counts from here."""
    error: str | None = None
    result: Json = field(default_factory=dict)
    lost: int = 0
    """How many attempts in a row nobody ended: their processes died."""
    until: datetime | None = None
    """When the database forgets it: for what was only asked, and is never asked for again."""

    @property
    def id(self) -> str:
        """Give its id, which follows from the key."""
        return id_of(self.key)


def id_of(key: str) -> str:
    """Give the id of the exchange that has a key."""
    return str(uuid5(NAMESPACE_URL, f"https://cordee.example/exchange/{key}"))


class ExchangeQueue:
    """The queue of one database."""

    def __init__(self, database: Database) -> None:
        self._exchanges: Collection = database["exchanges"]

    async def open(self) -> None:
        """Make the indexes."""
        with translated():
            for first in ("state", "bridge", "subject"):
                await self._exchanges.create_index([(first, 1), ("created", -1)])
            await self._exchanges.create_index([("state", 1), ("due", 1), ("bridge", 1)])
            await self._exchanges.create_index([("created", -1)])
            await self._exchanges.create_index("until", expireAfterSeconds=0)

    async def put(self, exchange: Exchange, session: WriteSession | None = None) -> Exchange:
        """Queue an exchange, unless one of that key is there; give the one that is there.

        With a session of the store it is queued if, and only if, that session's writes are
        committed. One whose state is not "waiting" is only kept: for things that came in.
        """
        return (await self.add(exchange, session))[0]

    async def add(
        self, exchange: Exchange, session: WriteSession | None = None
    ) -> tuple[Exchange, bool]:
        """Do as `put` does, and tell whether it is new."""
        assert session is None or isinstance(session, MongoWriteSession)
        inner = None if session is None else session.transaction
        fresh = _document(exchange)
        if inner is not None:
            # A duplicate would end the transaction: look first, and let races run again.
            found = await self._exchanges.find_one({"_id": exchange.id}, session=inner)
            if found is None:
                await self._exchanges.insert_one(fresh, session=inner)
            return _exchange(found or fresh), found is None
        with translated():
            try:
                await self._exchanges.insert_one(fresh)
            except DuplicateKeyError:
                found = await self._exchanges.find_one({"_id": exchange.id})
                return _exchange(found or fresh), False
        return _exchange(fresh), True

    async def claim(self, bridges: Sequence[str], owner: str, lease: float) -> Exchange | None:
        """Take what has waited longest, for `lease` seconds; None when nothing is due.

        `owner` must be another one for each piece of work that goes on at the same time.
        """
        query: Document = {
            "state": {"$in": ["waiting", "sending"]},
            "bridge": {"$in": list(bridges)},
            "$expr": {"$lte": ["$due", "$$NOW"]},
        }
        left_over = {"$cond": [{"$eq": ["$state", "sending"]}, 1, 0]}
        change: Document = {
            "state": "sending",
            "owner": owner,
            "attempts": {"$add": ["$attempts", 1]},
            "lost": {"$add": ["$lost", left_over]},
        }
        return await self._change(query, change, lease, oldest=True)

    async def renew(self, exchange: Exchange, owner: str, lease: float) -> bool:
        """Keep an exchange for longer; False when somebody else has it now."""
        return await self._change(_held(exchange, owner), {}, lease) is not None

    async def finish(
        self,
        exchange: Exchange,
        owner: str,
        state: State,
        *,
        error: str | None = None,
        result: Json | None = None,
        wait: float = 0.0,
        tried: bool = True,
    ) -> Exchange | None:
        """Say how an attempt ended; None when somebody else has the exchange now.

        "waiting" lets it be tried again after `wait` seconds. `result` adds to what is known.
        `tried` False takes the attempt back: it was never made.
        """
        change: Document = {"state": state, "error": {"$literal": error}, "owner": None, "lost": 0}
        if result:
            change["result"] = {"$mergeObjects": ["$result", {"$literal": dict(result)}]}
        if not tried:
            change["attempts"] = {"$subtract": ["$attempts", 1]}
        return await self._change(_held(exchange, owner), change, wait)

    async def retry(self, id: str) -> Exchange | None:
        """Order an exchange anew, at once; None unless it waits or ended without success.

        What was only asked is not: nobody waits for the answer any more.
        """
        query = {"_id": id, "state": {"$nin": ["sending", "done"]}, "until": None}
        return await self._change(
            query, {"state": "waiting", "attempts": 0, "lost": 0, "begun": "$$NOW"}
        )

    async def quarantine(self, id: str, error: str) -> Exchange | None:
        """Set an exchange apart that is not being sent; None when there is none."""
        query = {"_id": id, "state": {"$nin": ["sending", "done"]}}
        return await self._change(query, {"state": "quarantined", "error": {"$literal": error}})

    async def get(self, id: str) -> Exchange | None:
        """Give one by its id."""
        with translated():
            found = await self._exchanges.find_one({"_id": id})
        return None if found is None else _exchange(found)

    async def find(self, key: str) -> Exchange | None:
        """Give one by its key."""
        return await self.get(id_of(key))

    async def list(
        self,
        *,
        state: State | None = None,
        bridge: str | None = None,
        subject: str | None = None,
        action: str | None = None,
        count: int = 50,
    ) -> list[Exchange]:
        """Give the newest, the newest first."""
        asked = {"state": state, "bridge": bridge, "subject": subject, "action": action}
        query = {name: value for name, value in asked.items() if value is not None}
        with translated():
            cursor = self._exchanges.find(query, sort=[("created", -1)], limit=count)
            return [_exchange(row) for row in await cursor.to_list()]

    async def counts(self) -> dict[tuple[str, State], int]:
        """Count the exchanges of each bridge and state that are not done."""
        groups: list[Document] = [
            {"$match": {"state": {"$in": [state for state in STATES if state != "done"]}}},
            {"$group": {"_id": {"bridge": "$bridge", "state": "$state"}, "count": {"$sum": 1}}},
            {"$sort": {"_id.bridge": 1, "_id.state": 1}},
        ]
        with translated():
            rows = await (await self._exchanges.aggregate(groups)).to_list()
        return {(row["_id"]["bridge"], row["_id"]["state"]): row["count"] for row in rows}

    async def _change(
        self, query: Document, change: Document, wait: float = 0.0, *, oldest: bool = False
    ) -> Exchange | None:
        """Change one exchange, which is due after `wait` seconds; give it, or None."""
        due = {"$add": ["$$NOW", int(wait * 1000)]}
        stage = {"$set": {**change, "due": due, "updated": "$$NOW"}}
        with translated():
            found: Any = await self._exchanges.find_one_and_update(
                query,
                [stage],
                sort=[("due", 1)] if oldest else None,
                return_document=ReturnDocument.AFTER,
            )
        return None if found is None else _exchange(found)


def _held(exchange: Exchange, owner: str) -> Document:
    return {"_id": exchange.id, "state": "sending", "owner": owner}


_SHARED = (
    *("bridge", "action", "key", "subject", "target", "caller"),
    *("state", "attempts", "error", "lost"),
)
_MOMENTS = ("due", "created", "updated", "begun")


def _document(exchange: Exchange) -> Document:
    moment = datetime.now(UTC)
    return {
        "_id": exchange.id,
        "about": list(exchange.about),
        "content": dict(exchange.content),
        "result": dict(exchange.result),
        **{name: getattr(exchange, name) for name in _SHARED},
        **{name: _given(getattr(exchange, name), moment) for name in _MOMENTS},
        **({} if exchange.until is None else {"until": exchange.until}),
    }


def _given(moment: datetime, now: datetime) -> datetime:
    return now if moment == _UNKNOWN else moment


def _exchange(row: Document) -> Exchange:
    return Exchange(
        about=tuple(row["about"]),
        content=row["content"],
        result=row["result"],
        until=row.get("until"),
        **{name: row[name] for name in (*_SHARED, *_MOMENTS)},
    )
