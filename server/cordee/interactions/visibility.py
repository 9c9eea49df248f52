"""The current version of one resource, as far as the caller may see it.

What a caller may not see answers exactly as what does not exist, to reads and to writes.
"""

from collections.abc import Mapping
from dataclasses import replace

from cordee.access.caller import Caller
from cordee.interactions.exchange import Response
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.search.filter import EVERYTHING
from cordee.search.marks import BY
from cordee.search.matching import matches
from cordee.search.values import Extraction
from cordee.store.port import HistoryQuery, Reader, Version

Key = tuple[str, str]


def restricted(services: Services, caller: Caller, type: str) -> bool:
    """Tell whether there may be resources of a type that the caller does not see."""
    return services.policy.narrow(caller, type, EVERYTHING) is not EVERYTHING


async def current(
    services: Services, reader: Reader, caller: Caller, type: str, id: str
) -> Version | None:
    """Give the current version (perhaps a deletion), or None where there is none for this caller.

    Where a policy restricts the type, the store itself leaves out what its filter does not let
    through.
    """
    limit = services.policy.narrow(caller, type, EVERYTHING)
    found = await reader.read(type, id, limit)
    if found is not None or limit is EVERYTHING:
        return found
    return await _deletion(services, reader, caller, type, id)


async def _deletion(
    services: Services, reader: Reader, caller: Caller, type: str, id: str
) -> Version | None:
    """Give the deletion of what the caller could see until then."""
    limit = services.policy.narrow(caller, type, EVERYTHING)
    asked = HistoryQuery(type=type, id=id, count=1, filter=limit, deletions=True)
    page = await reader.history(asked)
    if not page.matches or await reader.read_many([(type, id)]):
        return None  # nothing was there, or what came after is hidden
    return page.matches[0]


async def held(
    services: Services, reader: Reader, caller: Caller, type: str, id: str
) -> Version | None:
    """Give what a write follows: nothing where the caller does not see what is there."""
    return await reader.read(type, id, services.policy.narrow(caller, type, EVERYTHING))


async def among(
    services: Services, reader: Reader, caller: Caller, versions: Mapping[Key, Version]
) -> dict[Key, Version]:
    """Leave out of current versions, deletions among them, what the caller does not see."""
    unsure = [key for key in versions if restricted(services, caller, key[0])]
    seen = await living(services, reader, caller, unsure) if unsure else {}
    return {key: found for key, found in versions.items() if key not in unsure or key in seen}


async def living(
    services: Services, reader: Reader, caller: Caller, keys: list[tuple[str, str]]
) -> dict[tuple[str, str], Version]:
    """Give the living versions of (type, id) keys that the caller may see."""
    limits = {type: services.policy.narrow(caller, type, EVERYTHING) for type, _ in keys}
    within = {type: limit for type, limit in limits.items() if limit is not EVERYTHING}
    return await reader.read_many(keys, within=within)


def sees(services: Services, caller: Caller, type: str, extraction: Extraction) -> bool:
    """Tell whether index values, marks above all, are within what the caller may see.

    What only the store could tell does not count.
    """
    limit = services.policy.narrow(caller, type, EVERYTHING)
    return limit is EVERYTHING or bool(matches(limit, extraction))


def sees_version(services: Services, caller: Caller, version: Version) -> bool:
    """Tell whether a past version was one that the caller may see."""
    if not restricted(services, caller, version.type) or version.deleted:
        return True
    if version.type == "Binary":  # has no marks: it is seen through what points to it
        return True
    extraction = services.registry.extract(json.parse(version.body))
    stored = replace(extraction, marks=version.marks, traits=version.traits)
    return sees(services, caller, version.type, stored)


def stamped(extraction: Extraction, writer: str | None) -> Extraction:
    """Give index values with the mark of the one who wrote the resource."""
    return replace(extraction, marks=(*extraction.marks, BY + writer)) if writer else extraction


def shown(
    services: Services, caller: Caller, version: Version, extraction: Extraction, told: Response
) -> Response:
    """Give the answer to a write without the resource, where the writer does not see it."""
    if sees(services, caller, version.type, stamped(extraction, version.writer)):
        return told
    return replace(told, body=None, resource=None)
