"""FHIR batch: entries that stand each for themselves.

https://hl7.org/fhir/R4/http.html#transaction
"""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from cordee.access.audit.act import Act
from cordee.background import beside
from cordee.errors import Category, FhirError
from cordee.interactions import bundle
from cordee.interactions.dispatch import audited, perform
from cordee.interactions.entry import Entry, entries_of, located, read, render, render_error
from cordee.interactions.exchange import Request, Response
from cordee.interactions.linking import links
from cordee.interactions.services import Services

STAGES: tuple[tuple[frozenset[str], int], ...] = (
    (frozenset(("DELETE",)), 1),
    (frozenset(("POST",)), 16),
    (frozenset(("PUT", "PATCH")), 1),
    (frozenset(("GET", "HEAD")), 16),
)
"""Methods in the order of a transaction, and how many of each run side by side.

Deletes and updates may name one resource twice: one after the other, the last one wins.
"""


RESERVE = 0.2
"""Part of a batch's time in which no more entries are begun: those under way may end in it."""
ANSWERING = 0.05
"""Part of its time that is left for the answer."""


@dataclass(frozen=True, slots=True)
class Time:
    """Until when entries are begun, and when those under way are given up, by the loop's clock."""

    last: float = math.inf
    end: float | None = None

    @classmethod
    def of(cls, request: Request) -> "Time":
        """Divide what is left to a request."""
        if request.deadline is None:
            return cls()
        whole = request.deadline - _now()
        return cls(request.deadline - RESERVE * whole, request.deadline - ANSWERING * whole)


async def batch(services: Services, request: Request) -> Response:
    """Do every entry, whatever becomes of the others; answer in the order of the request.

    When its time runs out, the entries that are not done say so, each for itself.
    """
    work = _Batch(services, request.size, Time.of(request))
    answers: dict[int, bytes] = {}
    entries: list[Entry] = []
    for index, raw in enumerate(entries_of(services, request)):
        try:
            entries.append(read(request, index, raw))
        except FhirError as error:
            answers[index] = render_error(error)
    answers |= await beside(request.size, partial(_interdependent, entries))
    for methods, width in STAGES:
        stage = [
            entry for entry in entries if entry.method in methods and entry.index not in answers
        ]
        for start in range(0, len(stage), width):
            answers |= await work.side_by_side(stage[start : start + width])
    await services.audit.record(*work.acts)
    body = bundle.assemble("batch-response", (answers[index] for index in sorted(answers)))
    return Response(200, body=body)


def _interdependent(entries: Sequence[Entry]) -> dict[int, bytes]:
    """Refuse entries that link to others of the batch, which nothing would ever resolve."""
    urns = {entry.full_url for entry in entries if (entry.full_url or "").startswith("urn:")}
    refused: dict[int, bytes] = {}
    for entry in entries if urns else ():
        for path, holder in links(entry.request.body):
            if holder["reference"] in urns:
                text = f"{holder['reference']} is an entry of this batch; send a transaction"
                error = FhirError(Category.INVALID, text, expression=path)
                refused[entry.index] = _refusal(entry, error)
    return refused


@dataclass(slots=True)
class _Batch:
    """One batch under way; `size` is that of its text."""

    services: Services
    size: int
    time: Time
    acts: list[Act] = field(default_factory=list)

    async def side_by_side(self, entries: Sequence[Entry]) -> dict[int, bytes]:
        found = await asyncio.gather(*(self._one(entry) for entry in entries))
        return {entry.index: answer for entry, answer in zip(entries, found, strict=True)}

    async def _one(self, entry: Entry) -> bytes:
        if _now() > self.time.last:  # nothing was done, so that there is nothing to audit
            return render_error(_late(entry, begun=False))
        begun = time.time()
        try:
            answer = await self._within(entry)
        except FhirError as error:
            self.acts += audited(self.services, entry, begun, error)
            # In a large text, lines are looked for beside the loop.
            return await beside(self.size, partial(_refusal, entry, error))
        self.acts += audited(self.services, entry, begun, answer)
        return render(entry, answer)

    async def _within(self, entry: Entry) -> Response:
        if self.time.end is None:
            return await perform(self.services, entry)
        try:
            async with asyncio.timeout_at(self.time.end):
                return await perform(self.services, entry)
        except TimeoutError:
            raise _late(entry, begun=True) from None


def _late(entry: Entry, *, begun: bool) -> FhirError:
    """Say what is known of an entry for which there was no time."""
    if not begun:
        text = "Time was up before this entry was begun: nothing of it was done"
    elif entry.method in {"GET", "HEAD"}:
        text = "Time was up before this entry was answered"
    else:
        text = "Time was up; look whether this entry was done before you send it again"
    return FhirError(Category.TIMEOUT, f"{text} (CORDEE_REQUEST_TIMEOUT)", expression=entry.path)


def _refusal(entry: Entry, error: FhirError) -> bytes:
    return render_error(located(entry, error))


def _now() -> float:
    return asyncio.get_running_loop().time()
