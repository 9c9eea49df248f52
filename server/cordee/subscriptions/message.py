"""Events made ready to be told: their content, as far as the subscriber may see it now."""

from collections.abc import Sequence
from dataclasses import replace

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.interactions import visibility
from cordee.interactions.at_rest import roused
from cordee.interactions.services import Services
from cordee.operations.subscription_notification import Told
from cordee.operations.subscription_terms import Terms
from cordee.resource import json
from cordee.search.filter import EVERYTHING, Filter, Ids, all_of
from cordee.search.matching import matches_with
from cordee.search.values import Extraction
from cordee.store.notification_queue import QueuedEvent
from cordee.store.port import Query, Version
from cordee.subscriptions import topics
from cordee.subscriptions.question import asker


async def told(
    services: Services,
    terms: Terms,
    owner: Caller,
    events: Sequence[tuple[QueuedEvent, Version | None]],
) -> list[Told]:
    """Give events with their content; versions not at hand are read."""
    made: list[Told] = []
    owner = await roused(services, owner)
    veil = services.policy.veil(owner)
    shape = topics.shape(services, terms.topic) if terms.topic else {}
    for event, known in events:
        version = known or await services.store.vread(event.type, event.id, event.version)
        if version is None or not await may_see(services, owner, version):
            made.append(Told(event, visible=False))
            continue
        paths = shape.get(event.type, ()) if terms.content != "empty" else ()
        context = await _context(services, owner, version, paths) if paths else ()
        body = version.body if veil is None else veil.hide(version.body)
        made.append(Told(event, body, context=context))
    return made


async def may_see(services: Services, owner: Caller, version: Version) -> bool:
    """Tell whether a search of the owner would find the resource as it is now.

    The version itself must be one that the owner may see, too. Of a deleted resource, the last
    state counts.
    """
    limit = narrow(services.policy, owner, (version.type,), EVERYTHING)
    if limit is EVERYTHING:
        return True
    if version.deleted:
        last = await services.store.vread(version.type, version.id, version.version - 1)
        if last is None or last.deleted:
            return False
        return await holds(services, limit, extracted(services, last))
    if not visibility.sees_version(services, owner, version):
        return False
    query = Query((version.type,), all_of((Ids((version.id,)), limit)), count=1)
    return bool((await services.store.search(query)).matches)


def extracted(services: Services, version: Version) -> Extraction:
    """Give the index values of a living version, its marks as they are stored."""
    found = services.registry.extract(json.parse(version.body))
    return as_stored(found, version)


def as_stored(extraction: Extraction, version: Version) -> Extraction:
    """Give index values with what rules of access look at as it is stored."""
    marks, traits = version.marks or extraction.marks, version.traits or extraction.traits
    return replace(extraction, marks=marks, traits=traits)


async def holds(services: Services, limit: Filter, extraction: Extraction) -> bool:
    """Tell whether index values are within a limit; chains are asked of the store."""
    return await matches_with(limit, extraction, asker(services))


async def _context(
    services: Services, owner: Caller, version: Version, parameters: Sequence[str]
) -> tuple[tuple[str, bytes], ...]:
    """Give what the parameters of a version point to, as far as the owner may see it."""
    if version.deleted:
        return ()
    found = services.registry.extract(json.parse(version.body)).values
    keys: list[tuple[str, str]] = []
    for parameter in parameters:
        for text in found.get(parameter, ()):
            type, _, id = text.partition("/") if isinstance(text, str) else ("", "", "")
            if services.repository.is_resource(type) and id and "/" not in id:
                keys.append((type, id))
    living = await visibility.living(services, services.store, owner, list(dict.fromkeys(keys)))
    veil = services.policy.veil(owner)
    return tuple(
        (f"{type}/{id}", each.body if veil is None else veil.hide(each.body))
        for (type, id), each in living.items()
    )
