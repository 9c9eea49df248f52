"""All that a merge redirected, turned back, one Provenance of the merge in one transaction.

The versions that a Provenance names follow those that say what was whose.

https://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.operations.merging.account import WORK, provenance, put
from cordee.operations.merging.redirection import restored
from cordee.operations.merging.sweep import ends, followed
from cordee.resource import json
from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.search.filter import Reference as ReferenceTo
from cordee.search.values import Extraction
from cordee.store.port import Query, Version, WriteSession


@dataclass(frozen=True, slots=True)
class Undone:
    """How many resources were turned back, and how many references were gone already."""

    resources: int = 0
    gone: int = 0

    def __add__(self, other: "Undone") -> "Undone":
        return Undone(self.resources + other.resources, self.gone + other.gone)


async def undo(services: Services, request: Request, task: Resource) -> Undone:
    """Turn everything back; what is back already stays so, so that it may be called again."""
    total = Undone()
    async for account in _accounts(services, task):
        total += await _turn_back(services, request, task, account)
    return total


async def written(services: Services, task: Resource, patient: str) -> int | None:
    """Give the version of a patient that the merge wrote, None if it wrote none."""
    async for account in _accounts(services, task):
        for row in account["target"]:
            found = Reference.parse(row["reference"])
            if f"{found.type}/{found.id}" == patient and found.version:
                return int(found.version)
    return None


async def _accounts(services: Services, task: Resource) -> AsyncIterator[Resource]:
    query = Query(("Provenance",), ReferenceTo("entity", (f"Task/{task['id']}",)), count=20)
    while True:
        page = await services.store.search(query)
        for version in page.matches:
            account = json.parse(version.body)
            codings = account.get("activity", {}).get("coding", ())
            if {"system": WORK, "code": "merge"} in codings:
                yield account
        if page.next is None:
            return
        query = replace(query, after=page.next)


async def _turn_back(
    services: Services, request: Request, task: Resource, account: Resource
) -> Undone:
    source, target = ends(task)
    rows = [Reference.parse(row["reference"]) for row in account["target"]]
    earlier = {
        (str(row.type), str(row.id)): int(row.version or 0) - 1
        for row in rows
        if row.type != "Patient"
    }

    async def work(session: WriteSession) -> Undone:
        current = await session.read_many(list(earlier))
        writes: list[tuple[Version, Extraction]] = []
        changes: list[Change] = []
        lost = 0
        for key, version in current.items():
            before = await session.vread(*key, earlier[key])
            if before is None or before.deleted:
                continue
            resource = json.parse(version.body)
            made, _, gone = restored(resource, json.parse(before.body), source, target)
            if made != resource:
                lost += gone
                new = revision(made, version.id, version, services.clock(), "PUT")
                writes.append((new, services.registry.extract(made)))
                changes.append(Change(version.type, version.id, version, made))
        if writes:
            await session.put_many(writes)
            changed = [version for version, _ in writes]
            told = provenance(services, request, task, "unmerge", changed)
            await put(services, session, told, None)
            await followed(services, session, request, changes)
        return Undone(len(writes), lost)

    return await services.store.write(work)
