"""MongoDB transactions: run from the start again on a transient conflict, until a deadline.

https://www.mongodb.com/docs/manual/core/transactions/
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeVar

from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from cordee.errors import Category, FhirError
from cordee.store.connection import Client, Session
from cordee.store.unavailable import UNKNOWN, as_fhir, transient

T = TypeVar("T")

DEADLINE = 20.0
"""Seconds after which a transaction that keeps losing races is given up."""
FIRST_PAUSE = 0.002
LONGEST_PAUSE = 0.25

SNAPSHOT = ReadConcern("snapshot")
DURABLE = WriteConcern("majority", j=True)


class RacedError(Exception):
    """Another session wrote the same resource since this one read it."""


class Transactions:
    """Runs work in transactions that are durable once they return."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def run(self, work: Callable[[Session, AsyncExitStack], Awaitable[T]]) -> T:
        """Run `work` in one transaction, again while it loses races; it may run many times.

        What `work` puts on its stack is held until the transaction has ended. Raises what `work`
        raises, or `FhirError(CONFLICT)` at the deadline.
        """
        deadline = time.monotonic() + DEADLINE
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._once(work, deadline)
            except (RacedError, DuplicateKeyError) as error:
                reason: Exception = error
                failure = _raced()
            except PyMongoError as error:
                reason, failure = error, as_fhir(error)
                if not transient(error):
                    raise failure from (None if failure.category is Category.BUG else error)
            if time.monotonic() > deadline:
                raise failure from reason
            # Jitter, so that those who met once do not meet again.
            await asyncio.sleep(random.uniform(0.5, 1.5) * pause)  # noqa: S311
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _once(
        self, work: Callable[[Session, AsyncExitStack], Awaitable[T]], deadline: float
    ) -> T:
        async with AsyncExitStack() as held, self._client.start_session() as session:
            await session.start_transaction(read_concern=SNAPSHOT, write_concern=DURABLE)
            try:
                result = await work(session, held)
            except BaseException:
                if session.in_transaction:
                    await session.abort_transaction()
                raise
            await _commit(session, deadline)
            return result


async def _commit(session: Session, deadline: float) -> None:
    while True:
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            unknown = error.has_error_label(UNKNOWN)
            if not unknown or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)
        else:
            return


def _raced() -> FhirError:
    return FhirError(
        Category.CONFLICT, "Others changed the same resource at the same time; try again."
    )
