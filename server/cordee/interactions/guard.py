"""Rules that hold between resources, kept inside the transaction that would break them.

A profile tells what one resource may hold; a guard tells what may stand beside it: one circle a
person, one booking a slot, no way back from a finished task. It may also say what follows, and that
is stored with the write or not at all: nothing follows twice, and nothing is forgotten.
"""

from collections.abc import Iterable, Sequence

from cordee.errors import Category, FhirError
from cordee.interactions.candidate import admit
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Requirement, Services
from cordee.interactions.stamp import revision
from cordee.resource.types import Resource
from cordee.store.port import Method, Reader, WriteSession

MOST_FOLLOWING = 3_000
"""Resources that may follow from one write; more means that guards feed each other for ever."""


def watched(services: Services, change: Change) -> bool:
    """Tell whether any guard wants to look at a change."""
    guards = services.guards.get(change.type, ())
    return any(guard.concerns(change) for guard in guards)


async def require(
    services: Services, reader: Reader, request: Request, changes: Sequence[Change]
) -> None:
    """Check what the record must be like for some changes. Raises what a requirement raises."""
    asked: dict[Requirement, list[Change]] = {}
    for change in changes:
        for requirement in services.requirements.get(change.type, ()):
            asked.setdefault(requirement, []).append(change)
    for requirement, concerned in asked.items():
        await requirement.check(services, reader, request, concerned)


async def settle(
    services: Services, session: WriteSession, request: Request, changes: Iterable[Change]
) -> None:
    """Show the changes of a write to their guards, store what follows, and show that to them too.

    Raises what a requirement or a guard raises, and BUG when there is no end to what follows.
    """
    made = list(changes)
    await require(services, session, request, made)
    await follow(services, session, request, made)


async def follow(
    services: Services, session: WriteSession, request: Request, changes: Iterable[Change]
) -> None:
    """Do as `settle` does, where no requirement binds: a closed dossier can be somebody else's.

    Raises what a guard raises, and BUG when there is no end to what follows.
    """
    open, count = list(changes), 0
    while open:
        change = open.pop(0)
        for guard in services.guards.get(change.type, ()):
            if not guard.concerns(change):
                continue
            following = await guard.follow(services, session, request, change)
            count += len(following)
            if count > MOST_FOLLOWING:
                text = f"More than {MOST_FOLLOWING} resources follow from one write"
                raise FhirError(Category.BUG, text)
            open += await _store(services, session, request, following)


async def add(
    services: Services, session: WriteSession, request: Request, resource: Resource
) -> None:
    """Store a resource that the server itself has to say, and what follows from it."""
    changes = await _store(services, session, request, (resource,))
    await settle(services, session, request, changes)


async def _store(
    services: Services, session: WriteSession, request: Request, resources: Sequence[Resource]
) -> list[Change]:
    """Store what follows as any write would be: checked, each after its current version.

    In few round trips, unless one resource is there several times.
    """
    named = [(each["resourceType"], each["id"]) for each in resources if "id" in each]
    if len(set(named)) < len(named):
        return [
            change
            for each in resources
            for change in await _store(services, session, request, (each,))
        ]
    known = await session.read_many(named, deleted=True) if named else {}
    changes, versions = [], []
    for resource in resources:
        id = resource.get("id")
        new = admit(services, request, resource, id or services.new_id())
        current = known.get((new.type, new.id))
        method: Method = "PUT" if id else "POST"
        version = revision(new.resource, new.id, current, services.clock(), method)
        versions.append((version, new.extraction))
        changes.append(Change(new.type, new.id, current, new.resource))
    if versions:
        await session.put_many(versions)
    return changes
