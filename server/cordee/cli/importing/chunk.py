"""A chunk of documents on its way in: parsed, checked, indexed and stored together.

A resource with an id is stored under it (https://hl7.org/fhir/R4/http.html#upsert), one without
under a new id. What is stored already, equal to the letter, is left as it is: an import may be
repeated.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from cordee.cli.importing import lives
from cordee.cli.importing.sources import Item
from cordee.coordination.intake import Intake, to_be_signed, unsigned_plans
from cordee.errors import FhirError, Issue
from cordee.interactions.candidate import Candidate, admit
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision, stamped
from cordee.outcome import issues as issues_of
from cordee.resource import json, xml
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.port import Version, WriteSession

CONTAINERS = frozenset(("batch", "collection", "searchset", "transaction"))
"""Bundles that are imported as their entries; documents and messages are kept whole, and what
histories tell keeps its versions (`lives`)."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A document or resource that was not stored, or should not be as it is, and why."""

    source: str
    number: int
    issues: tuple[Issue, ...]
    text: str


@dataclass(slots=True)
class Outcome:
    """What became of a chunk."""

    types: Counter[str] = field(default_factory=Counter)
    """Type → how many of it were stored."""
    unchanged: int = 0
    rejects: list[Reject] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    """Ids of plans that came into force, to be checked once all has come in."""

    @property
    def stored(self) -> int:
        """Give how many resources were stored."""
        return self.types.total()


Key: TypeAlias = tuple[str, str]
Wave: TypeAlias = dict[Key, tuple[Candidate, Item]]
"""Resources of different keys, which one transaction can store."""


async def store(services: Services, items: Sequence[Item], intake: Intake | None = None) -> Outcome:
    """Store the resources of some documents, reporting the rest.

    One transaction does it, unless the chunk holds several versions of a resource. `intake` tells
    what the rules of coordination keep out; without one, the import begins now.
    """
    outcome = Outcome()
    intake = intake or Intake(services, services.clock())
    past = await lives.store(services, items)
    outcome.types.update(past.stored)
    outcome.unchanged += past.unchanged
    outcome.rejects += [_reject(item, error) for item, error in past.refused]
    waves: list[Wave] = []
    for item in past.rest:
        for resource in _resources(services, item, outcome):
            candidate = _admitted(services, item, resource, outcome)
            if candidate is not None:
                _line_up(waves, candidate, item)
    for wave in waves:
        put = await services.store.write(partial(_put, services, wave, intake))
        outcome.types.update(change.type for change in put.stored)
        outcome.unchanged += len(wave) - len(put.stored) - len(put.refused)
        outcome.rejects += [_reject(wave[key][1], error) for key, error in put.refused.items()]
        outcome.plans += to_be_signed(put.stored)
    return outcome


async def check_plans(services: Services, ids: Sequence[str]) -> Outcome:
    """Report those of some plans that are stored in force although nobody signed them."""
    unsigned = await unsigned_plans(services, ids)
    rows = sorted(unsigned.items())
    found = [Reject(f"CarePlan/{id}", 0, issues_of(error), "") for id, error in rows]
    return Outcome(rejects=found)


def _line_up(waves: list[Wave], candidate: Candidate, item: Item) -> None:
    key = (candidate.type, candidate.id)
    for wave in waves:
        if key not in wave:
            wave[key] = (candidate, item)
            return
    waves.append({key: (candidate, item)})


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a wave: what was stored, and what the rules of coordination kept out."""

    stored: list[Change]
    refused: dict[Key, FhirError]


async def _put(services: Services, wave: Wave, intake: Intake, session: WriteSession) -> _Done:
    current = await session.read_many(list(wave), deleted=True)
    moment = services.clock()
    changes = [
        Change(candidate.type, candidate.id, current.get(key), candidate.resource)
        for key, (candidate, _) in wave.items()
        if key not in current or not _same(candidate, current[key])
    ]
    refused = await intake.refused(session, changes)
    stored = [change for change in changes if (change.type, change.id) not in refused]
    writes: list[tuple[Version, Extraction]] = []
    for change in stored:
        candidate, _ = wave[(change.type, change.id)]
        version = revision(candidate.resource, change.id, change.current, moment, "PUT")
        writes.append((version, candidate.extraction))
    if writes:
        await session.put_many(writes)
    return _Done(stored, refused)


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
