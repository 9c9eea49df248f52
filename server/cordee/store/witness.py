"""Counts read beside a page, in the same question to the database.

Whoever remembers something that `revisions` counts asks for the counts along with the first page
they read: a separate question would cost as much as a cheap search does.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from cordee.store.connection import Document


@dataclass(slots=True)
class Witness:
    """The keys asked for, and their counts once a page has been read."""

    keys: tuple[str, ...]
    counts: tuple[int, ...] | None = None

    def stage(self, collection: str) -> dict[str, Any]:
        """Give the stage that adds the counts to what a pipeline finds."""
        wanted = {"_id": {"$in": list(self.keys)}}
        return {"$unionWith": {"coll": collection, "pipeline": [{"$match": wanted}]}}

    def take(self, rows: list[Document]) -> list[Document]:
        """Keep the counts, which alone have an `n`, and give the other rows."""
        found = {row["_id"]: row["n"] for row in rows if "n" in row}
        self.counts = tuple(found.get(key, 0) for key in self.keys)
        return [row for row in rows if "n" not in row] if found else rows


ASKED: ContextVar[Witness | None] = ContextVar("witness", default=None)
"""Who wants the counts with the next page."""


def wanting() -> Witness | None:
    """Give who wants the counts and has none yet."""
    witness = ASKED.get()
    return witness if witness is not None and witness.counts is None else None
