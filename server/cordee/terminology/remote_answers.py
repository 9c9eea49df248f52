"""What a terminology server elsewhere has answered, and asking it for more.

Whoever cannot wait (the validator, on every write) recalls what is known already; what it lacks is
asked for in the background and is known the next time. Whoever can wait asks.

https://hl7.org/fhir/R4/terminology-service.html
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

from cordee.background import Running, at_once
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.terminology.cache import Cache
from cordee.terminology.circuit_breaker import CircuitBreaker
from cordee.terminology.expand import ExpandOptions
from cordee.terminology.remote import Question, RemoteError, RemoteTerminology
from cordee.terminology.results import Verdict

T = TypeVar("T")

KEPT = 3600.0
"""Seconds that an answer counts."""
KEPT_UNKNOWN = 600.0
"""Seconds after which the server is asked again about what it did not know."""
VERDICTS = 50_000
EXPANSIONS = 64
RELAYED = 5_000
AT_ONCE = 8
"""Calls under way at one time."""
WAITING = 256
"""Most questions asked or waiting to be."""
ROUNDS = 3
"""How often work is done again because answers came in."""

_LOG = logging.getLogger(__name__)
_MISSED: ContextVar[dict[Question, None] | None] = ContextVar("missed", default=None)
_NOT_KNOWN = Verdict(None)


class RemoteAnswers:
    """The answers of one server: remembered, each question under way asked once."""

    def __init__(
        self,
        server: RemoteTerminology,
        find: Callable[[str], Resource | None],
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """Ask `server`; `find` gives the value sets known here, for it may not have them."""
        self._server = server
        self._find = find
        self._breaker = breaker or CircuitBreaker()
        self._verdicts = Cache[Question, Verdict](VERDICTS)
        self._expansions = Cache[tuple[str, ExpandOptions], Resource](EXPANSIONS)
        self._relayed = Cache[tuple[str, bytes], Resource](RELAYED)
        self._asking: dict[Question, asyncio.Task[None]] = {}
        self._listing: set[asyncio.Task[Any]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    def recall(self, question: Question) -> Verdict | None:
        """Give an answer that is here, or None, at once; what is not here will be asked for."""
        found = self._verdicts.get(question)
        if found is not None:
            return _known(found)
        missed = _MISSED.get()
        if missed is not None:
            missed[question] = None
        else:
            self._begin(question)
        return None

    async def ask(self, question: Question) -> Verdict | None:
        """Give an answer, asked for if need be; None when there is none within the timeout."""
        found = self._verdicts.get(question)
        if found is None and (task := self._begin(question)):
            await asyncio.wait({task}, timeout=self._server.timeout)
            found = self._verdicts.get(question)
        return _known(found)

    async def ask_about(self, value_set: Resource, question: Question) -> Verdict | None:
        """Ask about a code in a value set that is nowhere published; nothing is remembered."""
        return await self._within(
            self._guarded(lambda: self._server.validate_code(question, value_set))
        )

    async def expand(self, value_set: str | Resource, options: ExpandOptions) -> Resource | None:
        """Give the expansion of a value set, or None when there is none within the timeout."""
        if not isinstance(value_set, str):
            given = value_set
            return await self._within(
                self._guarded(lambda: self._server.expand(None, options, given))
            )
        found = self._expansions.get((value_set, options))
        return found or await self._within(self._list(value_set, options))

    async def relay(self, path: str, rows: list[dict[str, Any]]) -> Resource | None:
        """Give the Parameters that an operation answers, or None when there are none in time."""
        key = (path, json.serialize({"parameter": rows}))
        found = self._relayed.get(key)
        return found or await self._within(self._ask_along(path, rows, key))

    async def informed(self, work: Callable[[], T], run: Running[T] = at_once) -> T:
        """Do synchronous work that recalls answers, with the answers it lacks asked for meanwhile.

        The work is done again when answers have come in; the wait is never longer than the timeout.
        """
        deadline = time.monotonic() + self._server.timeout
        for _ in range(ROUNDS):
            made, missed = await _noting(work, run)
            tasks = {task for question in missed if (task := self._begin(question))}
            left = deadline - time.monotonic()
            if not tasks or left <= 0:
                return made
            await asyncio.wait(tasks, timeout=left)
            if not any(_known(self._verdicts.get(question)) for question in missed):
                return made
        return (await _noting(work, run))[0]

    async def close(self) -> None:
        """Stop asking."""
        tasks = [*self._asking.values(), *self._listing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.close()

    def _begin(self, question: Question) -> asyncio.Task[None] | None:
        """Ask in the background, unless that is under way, or too much is, or nothing can be."""
        task = self._asking.get(question)
        if task is not None or len(self._asking) >= WAITING:
            return task
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return None
        task = self._asking[question] = loop.create_task(self._learn(question))
        task.add_done_callback(lambda _: self._asking.pop(question, None))
        return task

    async def _learn(self, question: Question) -> None:
        found = await self._guarded(lambda: self._told(question))
        if found is not None:
            seconds = KEPT_UNKNOWN if found.result is None else KEPT
            self._verdicts.put(question, found, seconds)

    async def _told(self, question: Question) -> Verdict:
        found = await self._server.validate_code(question)
        own = self._find(question.value_set) if found is None and question.value_set else None
        if own is not None:
            found = await self._server.validate_code(question, own)
        return found or _NOT_KNOWN

    async def _ask_along(
        self, path: str, rows: list[dict[str, Any]], key: tuple[str, bytes]
    ) -> Resource | None:
        found = await self._guarded(lambda: self._server.relay(path, rows))
        if found is not None:
            self._relayed.put(key, found, KEPT)
        return found

    async def _list(self, canonical: str, options: ExpandOptions) -> Resource | None:
        found = await self._guarded(lambda: self._expanded(canonical, options))
        if found is not None:
            self._expansions.put((canonical, options), found, KEPT)
        return found

    async def _expanded(self, canonical: str, options: ExpandOptions) -> Resource | None:
        found = await self._server.expand(canonical, options)
        own = self._find(canonical) if found is None else None
        return found if own is None else await self._server.expand(canonical, options, own)

    async def _within(self, call: Coroutine[Any, Any, T]) -> T | None:
        """Wait for a call as long as the timeout; it goes on by itself when that is over."""
        task = asyncio.create_task(call)
        self._listing.add(task)
        task.add_done_callback(self._listing.discard)
        done, _ = await asyncio.wait({task}, timeout=self._server.timeout)
        return task.result() if done else None

    async def _guarded(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """Make a call unless the server is left alone; None when it fails."""
        async with self._slots:
            if not self._breaker.allows():
                return None
            try:
                answer = await call()
            except RemoteError as error:
                self._breaker.failed()
                _LOG.warning("The terminology server did not help: %s", error)
                return None
            self._breaker.succeeded()
            return answer


def _known(found: Verdict | None) -> Verdict | None:
    return found if found is not None and found.result is not None else None


async def _noting(work: Callable[[], T], run: Running[T]) -> tuple[T, dict[Question, None]]:
    """Do work; give its result and the questions it found no answer to."""
    missed: dict[Question, None] = {}
    token = _MISSED.set(missed)
    try:
        return await run(work), missed
    finally:
        _MISSED.reset(token)
