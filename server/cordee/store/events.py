"""The events: every committed version, in commit order, as MongoDB's change streams tell them.

An event is the insertion of a history document, so that there is one for each version and none for
what was undone; AuditEvents are left out. Followers keep the token of the last event they dealt
with and go on from there.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from cordee.errors import Category, FhirError
from cordee.store.connection import Database
from cordee.store.documents import HISTORY, from_past
from cordee.store.port import Event
from cordee.store.unavailable import as_fhir, translated

TRACES = "AuditEvent"
"""Nobody follows what others did: reading would cause events, and each event a reading."""
INSERTIONS: list[dict[str, Any]] = [
    {
        "$match": {
            "operationType": "insert",
            "ns.coll": {"$regex": f"{HISTORY}$", "$ne": TRACES + HISTORY},
        }
    }
]
WAIT = 1_000
"""Milliseconds that the database holds a question with nothing to tell."""
PAUSE = 0.5
"""Seconds before following again after the connection was lost."""
_FORGOTTEN = {260, 280, 286}
"""InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost."""


async def newest(database: Database) -> str:
    """Give the token of now: what is committed from here on comes after it."""
    with translated():
        async with await database.watch(INSERTIONS, max_await_time_ms=1) as stream:
            while stream.resume_token is None:
                await stream.try_next()
            return str(stream.resume_token["_data"])


async def follow(database: Database, after: str | None) -> AsyncIterator[Event]:
    """Give the events after a token, or from now on; it waits for more and never ends by itself.

    A lost connection is taken up again where it was. Raises `FhirError(DELETED)` when the database
    no longer remembers the token: the histories then tell what was missed.
    """
    while True:
        try:
            resume = None if after is None else {"_data": after}
            options: Any = {"resume_after": resume} if resume else {}
            async with await database.watch(
                INSERTIONS, max_await_time_ms=WAIT, **options
            ) as stream:
                while stream.alive:
                    change = await stream.try_next()
                    token = stream.resume_token
                    if token is not None:
                        after = str(token["_data"])
                    if change is not None:
                        yield _event(change)
        except ConnectionFailure:
            await asyncio.sleep(PAUSE)
        except PyMongoError as error:
            raise _failure(error) from error


def _event(change: Any) -> Event:
    type = change["ns"]["coll"].removesuffix(HISTORY)
    document = change["fullDocument"]
    return Event(from_past(type, document), tuple(document["c"]), str(change["_id"]["_data"]))


def _failure(error: PyMongoError) -> FhirError:
    if isinstance(error, OperationFailure) and error.code in _FORGOTTEN:
        return FhirError(
            Category.DELETED, "The events after this token are no longer kept; read the history."
        )
    return as_fhir(error)
