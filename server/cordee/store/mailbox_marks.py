"""How far mailboxes were collected, across all servers of one database.

One collection, `mailboxes`, a document for each folder: `validity` and `uid` of the last mail
queued, `owner` and `until` of who looks into it now.

A folder whose UIDVALIDITY is another is a new one: its UIDs begin anew (RFC 3501, 2.3.1.1).
"""

from dataclasses import dataclass
from typing import Any

from pymongo import ReturnDocument

from cordee.store.connection import Collection, Database, Document
from cordee.store.unavailable import translated


@dataclass(frozen=True, slots=True)
class Mark:
    """The last mail queued: its UID, in the folder of this UIDVALIDITY."""

    validity: int
    uid: int


class MailboxMarks:
    """The marks of one database."""

    def __init__(self, database: Database) -> None:
        """Name the collection."""
        self._marks: Collection = database["mailboxes"]

    async def hold(self, folder: str, owner: str, seconds: float) -> Mark | None:
        """Be the one who looks into a folder for some seconds; None while somebody else is."""
        free = {"$or": [{"owner": owner}, {"$expr": {"$lt": ["$until", "$$NOW"]}}]}
        until: list[Document] = [
            {"$set": {"owner": owner, "until": {"$add": ["$$NOW", int(seconds * 1000)]}}}
        ]
        with translated():
            await self._marks.update_one(
                {"_id": folder}, {"$setOnInsert": {"validity": 0, "uid": 0}}, upsert=True
            )
            found: Any = await self._marks.find_one_and_update(
                {"_id": folder} | free, until, return_document=ReturnDocument.AFTER
            )
        if found is None:
            return None
        return Mark(found["validity"], found["uid"])

    async def advance(self, folder: str, owner: str, mark: Mark) -> bool:
        """Note how far the folder is queued; False when somebody else looks now."""
        with translated():
            done = await self._marks.update_one(
                {"_id": folder, "owner": owner},
                {"$set": {"validity": mark.validity, "uid": mark.uid}},
            )
        return done.matched_count == 1

    async def release(self, folder: str, owner: str) -> None:
        """Let others look at once."""
        with translated():
            await self._marks.update_one({"_id": folder, "owner": owner}, {"$unset": {"until": ""}})
