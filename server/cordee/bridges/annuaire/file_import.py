"""A complete extraction taken in: professional by professional, then who is missing.

How far it came is kept in a file: interrupted, the same import reads again whom it stored already,
to know them, and writes on from there.

https://annuaire.esante.gouv.fr/
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from cordee.bridges.annuaire import mark
from cordee.bridges.annuaire.absence import Named, deactivate
from cordee.bridges.annuaire.extraction import people
from cordee.bridges.annuaire.intake import Totals, take_in
from cordee.bridges.annuaire.professional import resources
from cordee.interactions.services import Services
from cordee.resource.types import Resource

BATCH = 50
"""Professionals that one transaction stores."""
WIDTH = 4
"""Transactions under way at once: while the database works, the next ones are made ready."""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Resources of some professionals, and how many lines they were."""

    resources: dict[tuple[str, str], Resource]
    people: int
    lines: int


async def import_file(
    services: Services,
    path: Path,
    folder: Path,
    *,
    force: bool,
    progress: Progress,
    totals: Totals | None = None,
) -> Totals:
    """Take a file in; `progress` is told of lines done, `folder` keeps how far it came.

    `totals` counts while it works, and is what is given.
    Raises UNPROCESSABLE for a file that is no extraction, or that seems cut off.
    """
    noted = folder / f"{_fingerprint(path)}.json"
    done = mark.read(noted, int) or 0
    named, count = Named(), 0
    totals = Totals() if totals is None else totals
    iterator = _batches(path)
    while batches := await asyncio.to_thread(lambda: list(islice(iterator, WIDTH))):
        fresh = [[row for row in batch.resources.values() if named.add(row)] for batch in batches]
        count += sum(batch.people for batch in batches)
        if count > done:
            totals.add(await _side_by_side(services, fresh))
            mark.write(noted, count)
        progress(sum(batch.lines for batch in batches))
    totals.add(await deactivate(services, named, force=force, progress=lambda _: None))
    noted.unlink(missing_ok=True)
    return totals


async def _side_by_side(services: Services, batches: list[list[Resource]]) -> Totals:
    """Store batches at once; a failure is raised when all of them have ended."""
    ended = await asyncio.gather(
        *(take_in(services, rows) for rows in batches), return_exceptions=True
    )
    totals = Totals()
    for result in ended:
        if isinstance(result, BaseException):
            raise result
        totals.add(result)
    return totals


def _batches(path: Path) -> Iterator[Batch]:
    found: dict[tuple[str, str], Resource] = {}
    count = lines = 0
    for group in people(path):
        found |= {(row["resourceType"], row["id"]): row for row in resources(group)}
        count, lines = count + 1, lines + len(group)
        if count == BATCH:
            yield Batch(found, count, lines)
            found, count, lines = {}, 0, 0
    if count:
        yield Batch(found, count, lines)


def _fingerprint(path: Path) -> str:
    """Tell files apart by name and size."""
    return blake2b(f"{path.name} {path.stat().st_size}".encode(), digest_size=8).hexdigest()
