"""What imports came to, and how far those that run are: for people to look at.

One collection, `import_runs`, a document for each import; one that is taken up again keeps its
document. Nothing of what is imported lies in it: types and counts alone. Who runs an import says so
every few seconds by the database's clock, so that one that was killed is known to have stopped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from pymongo import ReturnDocument

from cordee.store.connection import Collection, Database, Document
from cordee.store.unavailable import translated

State = Literal["running", "done", "failed", "stopped"]
"""Under way; ended; broken off by an error; broken off by somebody, or no sign of life any more."""

BEAT = 2.0
"""Seconds between two signs of life."""
GONE = 20.0
"""Seconds without a sign after which an import counts as stopped."""
KEPT = 400 * 24 * 3600
"""Seconds that an import is remembered after its last sign."""
_UNKNOWN = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Counts:
    """How far an import is: what was stored by type, what became of the rest.

    `done` and `size` are in one unit, bytes or lines or documents; `size` is 0 where nobody knows.
    """

    stored: Mapping[str, int] = field(default_factory=dict)
    unchanged: int = 0
    rejected: int = 0
    done: int = 0
    size: int = 0

    def after(self, before: "Counts") -> "Counts":
        """Add what earlier runs of the same import came to."""
        types = sorted({*self.stored, *before.stored})
        return replace(
            self,
            stored={name: self.stored.get(name, 0) + before.stored.get(name, 0) for name in types},
            unchanged=self.unchanged + before.unchanged,
            rejected=self.rejected + before.rejected,
        )


@dataclass(frozen=True, slots=True)
class ImportRun:
    """An import: the command, what it reads (no name of a person), who began it, how far it is.

    `runs` counts how often it was begun; `failure` names a kind of error, never its text.
    """

    id: str
    command: str
    source: str
    caller: str
    state: State
    counts: Counts
    runs: int = 1
    begun: datetime = _UNKNOWN
    heard: datetime = _UNKNOWN
    failure: str = ""


class ImportRuns:
    """The imports of one database."""

    def __init__(self, database: Database) -> None:
        """Name the collection."""
        self._runs: Collection = database["import_runs"]

    async def begin(self, key: str, command: str, source: str, caller: str) -> ImportRun:
        """Open an import, or go on with the one of the same key that did not end well."""
        fresh: Document = {"key": key, "command": command, "source": source, "counts": {}}
        with translated():
            await self._runs.create_index("heard", expireAfterSeconds=KEPT)
            await self._runs.create_index("key")
            found: Any = await self._runs.find_one_and_update(
                {"key": key, "state": {"$ne": "done"}},
                [{"$set": _alive() | {"caller": {"$literal": caller}, "runs": _plus_one()}}],
                return_document=ReturnDocument.AFTER,
            )
            if found is None:
                id = str(uuid4())
                await self._runs.update_one(
                    {"_id": id},
                    [
                        {
                            "$set": {name: {"$literal": value} for name, value in fresh.items()}
                            | _alive()
                            | {"caller": {"$literal": caller}, "runs": 1, "begun": "$$NOW"}
                        }
                    ],
                    upsert=True,
                )
                found = await self._runs.find_one({"_id": id})
        return _run(found)

    async def tell(
        self, id: str, counts: Counts, state: State = "running", failure: str = ""
    ) -> None:
        """Say how far an import is; also that it still runs, or how it ended."""
        said: Document = {
            "stored": dict(counts.stored),
            **{name: getattr(counts, name) for name in _NUMBERS},
        }
        change: Document = {"counts": {"$literal": said}, "failure": failure, "state": state}
        with translated():
            await self._runs.update_one({"_id": id}, [{"$set": _alive() | change}])

    async def list(self, count: int = 30) -> list[ImportRun]:
        """Give those heard of last, the newest first."""
        silent = {"$lt": ["$heard", {"$subtract": ["$$NOW", int(GONE * 1000)]}]}
        lost = {"$and": [{"$eq": ["$state", "running"]}, silent]}
        stages: list[Document] = [
            {"$sort": {"heard": -1}},
            {"$limit": count},
            {"$set": {"state": {"$cond": [lost, "stopped", "$state"]}}},
        ]
        with translated():
            rows = await (await self._runs.aggregate(stages)).to_list()
        return [_run(row) for row in rows]


_NUMBERS = ("unchanged", "rejected", "done", "size")


def _alive() -> Document:
    return {"state": "running", "heard": "$$NOW", "failure": ""}


def _plus_one() -> Document:
    return {"$add": ["$runs", 1]}


def _run(row: Document) -> ImportRun:
    counts = row["counts"]
    return ImportRun(
        id=row["_id"],
        counts=Counts(counts.get("stored", {}), **{name: counts.get(name, 0) for name in _NUMBERS}),
        **{name: row[name] for name in ("command", "source", "caller", "state", "runs")},
        **{name: row[name] for name in ("begun", "heard", "failure")},
    )
