"""The current version of one resource, as far as the caller may see it."""

from cordee.access.caller import Caller
from cordee.interactions.services import Services
from cordee.search.filter import EVERYTHING, Ids, all_of
from cordee.store.port import Query, Reader, Version


async def current(
    services: Services, reader: Reader, caller: Caller, type: str, id: str
) -> Version | None:
    """Give the current version (perhaps a deletion), or None where there is none for this caller.

    Where a policy restricts the type, its filter is part of the query itself.
    """
    limit = services.policy.narrow(caller, type, EVERYTHING)
    if limit is EVERYTHING:
        return await reader.read(type, id)
    page = await reader.search(Query((type,), all_of((Ids((id,)), limit)), count=1))
    return page.matches[0] if page.matches else None


async def living(
    services: Services, reader: Reader, caller: Caller, keys: list[tuple[str, str]]
) -> dict[tuple[str, str], Version]:
    """Give the living versions of (type, id) keys that the caller may see."""
    free: list[tuple[str, str]] = []
    limited: dict[str, list[str]] = {}
    for type, id in keys:
        if services.policy.narrow(caller, type, EVERYTHING) is EVERYTHING:
            free.append((type, id))
        else:
            limited.setdefault(type, []).append(id)
    found = await reader.read_many(free) if free else {}
    for type, ids in limited.items():
        limit = services.policy.narrow(caller, type, Ids(tuple(ids)))
        page = await reader.search(Query((type,), limit, count=len(ids)))
        found |= {(version.type, version.id): version for version in page.matches}
    return found
