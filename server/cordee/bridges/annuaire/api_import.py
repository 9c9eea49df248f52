"""What changed in the directory's API, taken in page by page.

The moment of the last complete import and the next page are kept in a file: the next import asks
for what changed since, an interrupted one goes on.

https://ansforge.github.io/annuaire-sante-fhir-documentation/
"""

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import msgspec

from cordee.bridges.annuaire import mark
from cordee.bridges.annuaire.api import TYPES, Api
from cordee.bridges.annuaire.intake import Totals, take_in
from cordee.bridges.annuaire.vocabulary import TAG
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource

Progress = Callable[[str, int, int | None], None]


class Position(msgspec.Struct):
    """How far an import came: when it began, the last complete one, types done, the next page."""

    began: str = ""
    since: str | None = None
    done: list[str] = []
    next: str | None = None


async def import_api(
    services: Services,
    api: Api,
    base: str,
    folder: Path,
    *,
    full: bool,
    progress: Progress,
    totals: Totals | None = None,
) -> Totals:
    """Take in what changed since the last import, everything the first time or with `full`.

    `progress` is told type, resources of a page, and the total if the API says one; `totals` counts
    while it works, and is what is given.
    """
    noted = folder / f"api-{blake2b(base.encode(), digest_size=8).hexdigest()}.json"
    position = mark.read(noted, Position) or Position()
    if full:
        position = Position()
    if not position.began:
        position.began = instant(services.clock())
    totals = Totals() if totals is None else totals
    for type in TYPES:
        if type in position.done:
            continue
        async for found, total, following in api.pages(type, position.since, position.next):
            totals.add(await take_in(services, (_tagged(row) for row in found)))
            position.next = following
            mark.write(noted, position)
            progress(type, len(found), total)
        position.done.append(type)
        position.next = None
        mark.write(noted, position)
    mark.write(noted, Position(since=position.began))
    return totals


def _tagged(resource: Resource) -> Resource:
    meta = resource.get("meta", {})
    return resource | {"meta": meta | {"tag": [*meta.get("tag", ()), TAG]}}
