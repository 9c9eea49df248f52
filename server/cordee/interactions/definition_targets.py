"""Definitions that resources refer to by canonical, as includes bring them along.

https://hl7.org/fhir/R4/references.html#canonical
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.definitions.version import Key as VersionKey
from cordee.definitions.version import key as newness
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.search import canonicals
from cordee.store.port import Query, Reader, Version

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks, and through what."""

    services: Services
    reader: Reader
    caller: Caller


async def named(eyes: Eyes, texts: Iterable[str], type: str | None = None) -> dict[Key, Version]:
    """Give the definitions that index values name: of several versions the newest, unless named."""
    services = eyes.services
    every = (type,) if type else services.repository.resource_types
    types = tuple(each for each in every if canonicals.named(services.registry, each))
    wanted = set(texts)
    filter = canonicals.definitions(wanted)
    limited = narrow(services.policy, eyes.caller, types, filter)
    count = services.settings.max_included + 1
    page = await eyes.reader.search(Query(types, limited, count=count))
    asked: dict[Key, Version] = {}
    newest: dict[str, tuple[VersionKey, Version]] = {}
    for found in page.matches:
        url, version = _name(found)
        if f"{url}|{version}" in wanted and version:
            asked[found.type, found.id] = found
        if f"{url}|" in wanted:
            rank = newness(version)
            newest[url] = max(newest.get(url, (rank, found)), (rank, found), key=lambda row: row[0])
    return asked | {(found.type, found.id): found for _, found in newest.values()}


def pointed_at_by(services: Services, version: Version) -> tuple[str, ...]:
    """Give the index values that point at a resource: its address, and its canonicals if any."""
    own = f"{version.type}/{version.id}"
    if not canonicals.named(services.registry, version.type):
        return (own,)
    url, business = _name(version)
    return (own, *canonicals.names(url, business)) if url else (own,)


def _name(version: Version) -> tuple[str, str | None]:
    resource = json.parse(version.body)
    return str(resource.get("url") or ""), resource.get("version")
