"""FHIR batch: entries that stand each for themselves.

https://hl7.org/fhir/R4/http.html#transaction
"""

import asyncio
import time
from collections.abc import Sequence

from cordee.access.audit.act import Act
from cordee.errors import FhirError
from cordee.interactions import bundle
from cordee.interactions.dispatch import audited, perform
from cordee.interactions.entry import Entry, entries_of, located, read, render, render_error
from cordee.interactions.exchange import Request, Response
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


async def batch(services: Services, request: Request) -> Response:
    """Do every entry, whatever becomes of the others; answer in the order of the request."""
    answers: dict[int, bytes] = {}
    entries: list[Entry] = []
    for index, raw in enumerate(entries_of(services, request)):
        try:
            entries.append(read(request, index, raw))
        except FhirError as error:
            answers[index] = render_error(error)
    acts: list[Act] = []
    for methods, width in STAGES:
        stage = [entry for entry in entries if entry.method in methods]
        for start in range(0, len(stage), width):
            answers |= await _side_by_side(services, stage[start : start + width], acts)
    await services.audit.record(*acts)
    body = bundle.assemble("batch-response", (answers[index] for index in sorted(answers)))
    return Response(200, body=body)


async def _side_by_side(
    services: Services, entries: Sequence[Entry], acts: list[Act]
) -> dict[int, bytes]:
    found = await asyncio.gather(*(_one(services, entry, acts) for entry in entries))
    return {entry.index: answer for entry, answer in zip(entries, found, strict=True)}


async def _one(services: Services, entry: Entry, acts: list[Act]) -> bytes:
    begun = time.time()
    try:
        answer = await perform(services, entry)
    except FhirError as error:
        acts += audited(services, entry, begun, error)
        return render_error(located(entry, error))
    acts += audited(services, entry, begun, answer)
    return render(entry, answer)
