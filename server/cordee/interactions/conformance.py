"""Definitions that clients write: taken into the repository, so that they are in force at once.

A SearchParameter posted is used for what is written from then on; a profile or value set can be
validated against. What the specification or a package defines is never replaced: neither a
canonical, nor the code of a search parameter, on which access and compartments rest.

https://hl7.org/fhir/R4/conformance-module.html
"""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from cordee.definitions import admission
from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import EVERYTHING
from cordee.store.port import HistoryQuery, Query

TYPES = frozenset(
    (
        "CodeSystem",
        "CompartmentDefinition",
        "ConceptMap",
        "NamingSystem",
        "OperationDefinition",
        "PlanDefinition",
        "Questionnaire",
        "SearchParameter",
        "StructureDefinition",
        "ValueSet",
    )
)
"""The types of resource that the server itself reads."""

INTERVAL = 5.0
"""Seconds between two looks at what other processes have written."""
_LOG = logging.getLogger(__name__)
_OVERLAP = timedelta(seconds=60)
_OWN = "http://hl7.org/fhir/"
_Seen = dict[tuple[str, str], int]
_TAKEN: "WeakKeyDictionary[Repository, frozenset[tuple[str, str]]]" = WeakKeyDictionary()
_SEEN: "WeakKeyDictionary[Repository, _Seen]" = WeakKeyDictionary()


def learn(
    services: Services, type: str | None, id: str | None, version: int | None, body: bytes | None
) -> None:
    """Follow a committed write; anything but a definition is passed over.

    Without a body the definition was deleted. A version taken in before is not taken again.
    """
    if type is None or id is None or version is None:
        return
    if (further := services.learners.get(type)) is not None:
        further(services, id, version, body)
    if type not in TYPES:
        return
    seen = _SEEN.setdefault(services.repository, {})
    if seen.get((type, id), 0) >= version:
        return
    seen[type, id] = version
    services.repository.remove({"resourceType": type, "id": id})
    if not body:
        return
    try:
        resource = json.parse(body, max_depth=services.settings.max_depth)
        if _counts(services.repository, resource):
            services.repository.add(resource)
    except FhirError as error:
        # Written by another release, perhaps, or under another setting: it must not stop this one.
        _LOG.warning("A stored definition is passed over: %s", error)


def check(resource: Resource) -> None:
    """Raise `FhirError` UNPROCESSABLE for a definition that could be stored and never be used."""
    if resource.get("resourceType") in TYPES:
        admission.check(resource)


def _counts(repository: Repository, resource: Resource) -> bool:
    """Tell whether a definition may have an effect here."""
    url = resource.get("url")
    if not isinstance(url, str):
        return bool(resource["resourceType"] == "NamingSystem")  # has none in R4
    if url.startswith(_OWN) or resource.get("version", "") in repository.versions(url):
        return False
    if resource["resourceType"] != "SearchParameter":
        return True
    bases = {*resource.get("base", ()), "Resource", "DomainResource"}
    return not any((base, resource.get("code")) in _taken(repository) for base in bases)


def _taken(repository: Repository) -> frozenset[tuple[str, str]]:
    """Give (base, code) of the search parameters that clients cannot replace.

    They are gathered before the first client's parameter is taken in.
    """
    found = _TAKEN.get(repository)
    if found is None:
        urls = {url for url, _ in repository.canonicals("SearchParameter")}
        parameters = [one for url in urls if (one := repository.search_parameter(url))]
        found = frozenset((base, one.code) for one in parameters for base in one.base)
        _TAKEN[repository] = found
    return found


async def load(services: Services, *types: str) -> None:
    """Take in the stored definitions of some types, by default all."""
    for type in types or sorted(TYPES):
        async for found in services.store.stream(Query((type,), EVERYTHING)):
            learn(services, found.type, found.id, found.version, found.body)


async def follow(services: Services, *, interval: float = INTERVAL) -> None:
    """Take in all definitions, then, for ever, what other processes write.

    While the database cannot be reached it waits, and catches up afterwards.
    """
    since: datetime | None = None
    while True:
        now = services.clock()
        try:
            await _catch_up(services, since)
            since = now - _OVERLAP
        except FhirError as error:
            _LOG.warning("Definitions written elsewhere were not read: %s", error)
        await asyncio.sleep(interval)


async def _catch_up(services: Services, since: datetime | None) -> None:
    if since is None:
        await load(services)
        return
    for type in sorted(TYPES):
        query = HistoryQuery(type=type, since=since, count=500)
        while True:
            page = await services.store.history(query)
            # Newest first: older versions of the same definition then say nothing new.
            for found in page.matches:
                learn(services, found.type, found.id, found.version, found.body)
            if page.next is None:
                break
            query = replace(query, after=page.next)
