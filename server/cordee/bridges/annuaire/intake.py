"""Resources of the directory stored beside what is there: added, changed, or left as they are.

A resource that is here already under another id, known by a national identifier, is the one that
changes; what the directory does not speak of stays. One transaction a batch; a race with another
writer is run again.

https://hl7.org/fhir/R4/http.html#update
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cordee.bridges.annuaire.vocabulary import DIRECTORY_ID, TAG
from cordee.errors import Category, FhirError
from cordee.interactions.candidate import Candidate, admit
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.guard import settle
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision, stamped
from cordee.resource import json
from cordee.resource.reference import holders
from cordee.resource.types import Resource
from cordee.search.filter import TokenIn
from cordee.search.values import Extraction
from cordee.store.port import Query, Version, WriteSession
from cordee.validation.french.systems import FINESS, PROFESSIONAL, RPPS, SIRENE, STRUCTURE

Key = tuple[str, str]
KNOWN_BY = frozenset({DIRECTORY_ID, FINESS, PROFESSIONAL, RPPS, SIRENE, STRUCTURE})
"""Systems whose identifiers say that two resources are one thing."""

SHARED = frozenset({"Organization", "Practitioner"})
"""Types that others may have written before, under ids of their own."""

OWNED = {
    "Organization": frozenset({"active", "name", "type", "address"}),
    "Practitioner": frozenset({"active", "name", "qualification"}),
    "PractitionerRole": frozenset(
        {"active", "practitioner", "organization", "code", "specialty", "telecom", "period"}
    ),
}
"""Type → elements that are the directory's: what it no longer says is gone."""

TRIES = 5


@dataclass(slots=True)
class Totals:
    """What became of resources."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deactivated: int = 0
    rejected: list[str] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)
    """Type → how many of it were written."""

    def add(self, other: "Totals") -> None:
        """Count another part too."""
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.deactivated += other.deactivated
        self.rejected += other.rejected
        self.types += other.types


class _RacedError(Exception):
    """Somebody wrote one of the resources since they were read."""


async def take_in(services: Services, resources: Iterable[Resource]) -> Totals:
    """Store a batch whose references stay within it or lead to what is stored already.

    Raises CONFLICT when others keep writing the same resources.
    """
    wanted = {(row["resourceType"], str(row["id"])): row for row in resources}
    for _ in range(TRIES):
        known = await _known(services, wanted)
        try:
            return await _store(services, _renamed(wanted, known), known)
        except _RacedError:
            continue
    raise FhirError(Category.CONFLICT, "Others write the same part of the directory")


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a batch: versions by key, and the ids that stand for other ids."""

    versions: dict[Key, Version]
    ids: dict[Key, Key]


async def _known(services: Services, wanted: dict[Key, Resource]) -> Known:
    cited = {key for row in wanted.values() for key in _cited(row)}
    versions = dict(await services.store.read_many(sorted({*wanted, *cited}), deleted=True))
    ids: dict[Key, Key] = {}
    for type in SHARED:
        absent = {key: wanted.get(key) for key in {*wanted, *cited} if key[0] == type}
        lost = {key: row for key, row in absent.items() if not _lives(versions.get(key))}
        by_number = {
            number: key
            for key, row in lost.items()
            for number in (_numbers(row) if row else [(DIRECTORY_ID, key[1])])
        }
        for version in await _numbered(services, type, frozenset(by_number)):
            for number in _numbers(json.parse(version.body)):
                key = by_number.get(number)
                if key is not None and key not in ids:
                    ids[key] = (type, version.id)
                    versions[type, version.id] = version
    return Known(versions, ids)


async def _numbered(services: Services, type: str, numbers: frozenset[Key]) -> Sequence[Version]:
    if not numbers:
        return ()
    asked = TokenIn("identifier", frozenset(numbers))
    page = await services.store.search(Query((type,), asked, count=2 * len(numbers)))
    return page.matches


def _renamed(wanted: dict[Key, Resource], known: Known) -> list[Resource]:
    """Give the resources under the ids they have here; the directory's own id is kept beside."""
    made = []
    for key, row in wanted.items():
        here = known.ids.get(key)
        resource = json.parse(json.serialize(row))
        for held in holders(resource):
            other = known.ids.get(_split(held["reference"]))
            if other is not None:
                held["reference"] = "/".join(other)
        if here is not None:
            own = {"use": "secondary", "system": DIRECTORY_ID, "value": key[1]}
            resource["id"] = here[1]
            resource["identifier"] = [*resource.get("identifier", ()), own]
        made.append(resource)
    return made


async def _store(services: Services, resources: list[Resource], known: Known) -> Totals:
    totals = Totals()
    candidates: list[Candidate] = []
    for resource in resources:
        before = known.versions.get((resource["resourceType"], resource["id"]))
        made = joined(resource, json.parse(before.body) if _lives(before) and before else None)
        if before is not None and _lives(before) and _same(made, before):
            totals.unchanged += 1
            continue
        try:
            candidates.append(admit(services, Request(""), made, resource["id"]))
        except FhirError as error:
            totals.rejected.append(f"{made['resourceType']}/{made['id']}: {error}")
    if candidates:
        totals.add(await _write(services, candidates, known))
    return totals


async def _write(services: Services, candidates: list[Candidate], known: Known) -> Totals:
    keys = [(row.type, row.id) for row in candidates]

    async def work(session: WriteSession) -> Totals:
        current = await session.read_many(keys, deleted=True)
        totals, changes = Totals(), []
        writes: list[tuple[Version, Extraction]] = []
        for row in candidates:
            before, seen = current.get((row.type, row.id)), known.versions.get((row.type, row.id))
            if (before and before.version) != (seen and seen.version):
                raise _RacedError
            version = revision(row.resource, row.id, before, services.clock(), "PUT")
            writes.append((version, row.extraction))
            change = Change(row.type, row.id, before, row.resource)
            changes.append(change)
            _count(totals, change)
        await session.put_many(writes)
        await settle(services, session, Request(""), changes)
        return totals

    return await services.store.write(work)


def joined(resource: Resource, before: Resource | None) -> Resource:
    """Give what is to be stored: the directory's elements over those that are here."""
    if before is None:
        return resource
    type = resource["resourceType"]
    kept = {name: value for name, value in before.items() if name not in OWNED[type]}
    if not _tagged(before):
        kept = before
    ours = resource.get("identifier", [])
    numbers = {(row.get("system"), row.get("value")) for row in ours}
    others = [
        row
        for row in before.get("identifier", ())
        if (row.get("system"), row.get("value")) not in numbers
    ]
    made = kept | resource
    identifiers = _in_order([*ours, *others], before.get("identifier", []))
    if identifiers:
        made["identifier"] = identifiers
    tags = [tag for tag in before.get("meta", {}).get("tag", ()) if tag != TAG]
    made["meta"] = before.get("meta", {}) | resource.get("meta", {}) | {"tag": [*tags, TAG]}
    return made


def _in_order(rows: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the order in which identifiers stand here, so that equal ones change nothing."""
    known = [(row.get("system"), row.get("value")) for row in before]
    last = len(known)

    def place(row: dict[str, Any]) -> int:
        key = (row.get("system"), row.get("value"))
        return known.index(key) if key in known else last

    return sorted(rows, key=place)


def _count(totals: Totals, change: Change) -> None:
    totals.types[change.type] += 1
    was = change.before
    if was is None:
        totals.added += 1
    elif change.after and change.after.get("active") is False and was.get("active") is not False:
        totals.deactivated += 1
    else:
        totals.changed += 1


def _same(made: Resource, before: Version) -> bool:
    """Tell whether nothing would change, whatever the order of elements."""
    again = stamped(made, before.id, before.version, before.last_updated)
    return bool(json.parse(json.serialize(again)) == json.parse(before.body))


def _tagged(resource: Resource) -> bool:
    return TAG in resource.get("meta", {}).get("tag", ())


def _numbers(resource: Resource) -> list[Key]:
    return [
        (str(row["system"]), str(row["value"]))
        for row in resource.get("identifier", ())
        if row.get("system") in KNOWN_BY and "value" in row
    ]


def _cited(resource: Resource) -> list[Key]:
    found = (_split(held["reference"]) for held in holders(resource))
    return [key for key in found if key[0] in SHARED]


def _split(reference: str) -> Key:
    type, _, id = reference.partition("/")
    return type, id


def _lives(version: Version | None) -> bool:
    return version is not None and not version.deleted
