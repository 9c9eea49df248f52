"""A chunk of documents on its way in: parsed, checked, indexed and stored together.

A resource with an id is stored under it (https://hl7.org/fhir/R4/http.html#upsert), one without
under a new id. What is stored already, equal to the letter, is left as it is: an import may be
repeated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from cordee.cli.importing.sources import Item
from cordee.errors import FhirError, Issue
from cordee.interactions.candidate import Candidate, admit
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision, stamped
from cordee.outcome import issues as issues_of
from cordee.resource import json, xml
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.port import Version, WriteSession

CONTAINERS = frozenset(("batch", "collection", "history", "searchset", "transaction"))
"""Bundles that are imported as their entries; documents and messages are kept whole."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A document or resource that was not stored, and why."""

    source: str
    number: int
    issues: tuple[Issue, ...]
    text: str


@dataclass(slots=True)
class Outcome:
    """What became of a chunk."""

    stored: int = 0
    unchanged: int = 0
    rejects: list[Reject] = field(default_factory=list)


Wave: TypeAlias = dict[tuple[str, str], Candidate]
"""Resources of different keys, which one transaction can store."""


async def store(services: Services, items: Sequence[Item]) -> Outcome:
    """Store the resources of some documents, reporting the rest.

    One transaction does it, unless the chunk holds several versions of a resource.
    """
    outcome = Outcome()
    waves: list[Wave] = []
    for item in items:
        for resource in _resources(services, item, outcome):
            candidate = _admitted(services, item, resource, outcome)
            if candidate is not None:
                _line_up(waves, candidate)
    for wave in waves:
        stored = await services.store.write(partial(_put, services, wave))
        outcome.stored += stored
        outcome.unchanged += len(wave) - stored
    return outcome


def _line_up(waves: list[Wave], candidate: Candidate) -> None:
    key = (candidate.type, candidate.id)
    for wave in waves:
        if key not in wave:
            wave[key] = candidate
            return
    waves.append({key: candidate})


async def _put(services: Services, wave: Wave, session: WriteSession) -> int:
    current = await session.read_many(list(wave), deleted=True)
    moment = services.clock()
    writes: list[tuple[Version, Extraction]] = []
    for key, candidate in wave.items():
        before = current.get(key)
        if before is None or not _same(candidate, before):
            version = revision(candidate.resource, candidate.id, before, moment, "PUT")
            writes.append((version, candidate.extraction))
    if writes:
        await session.put_many(writes)
    return len(writes)


def _same(candidate: Candidate, before: Version) -> bool:
    if before.deleted:
        return False
    again = stamped(candidate.resource, candidate.id, before.version, before.last_updated)
    return json.serialize(again) == before.body


def _resources(services: Services, item: Item, outcome: Outcome) -> Iterator[Resource]:
    try:
        resource = _parsed(services, item)
    except FhirError as error:
        outcome.rejects.append(_reject(item, error))
        return
    if resource["resourceType"] == "Bundle" and resource.get("type") in CONTAINERS:
        for entry in resource.get("entry", []):
            if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
                yield entry["resource"]
    else:
        yield resource


def _parsed(services: Services, item: Item) -> Resource:
    depth = services.settings.max_depth
    if item.xml:
        return xml.parse(item.data, services.repository, max_depth=depth)
    return json.parse(item.data, max_depth=depth)


def _admitted(
    services: Services, item: Item, resource: Resource, outcome: Outcome
) -> Candidate | None:
    given = resource.get("id")
    chosen = given if isinstance(given, str) else services.new_id()
    try:
        return admit(services, Request(""), resource, chosen)
    except FhirError as error:
        outcome.rejects.append(_reject(item, error))
        return None


def _reject(item: Item, error: FhirError) -> Reject:
    text = item.data.decode("utf-8", "replace").strip()
    return Reject(item.source, item.number, issues_of(error), text)
