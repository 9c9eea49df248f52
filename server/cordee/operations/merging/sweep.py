"""All that refers to a patient, redirected to another, a batch in one transaction.

What is found by any reference parameter of any type is redirected whole. Provenances and
AuditEvents tell what was, and stay; so do the accounts of merges and the links between patients.
Of the rules between resources those of circles alone are asked: the others are on what people say.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace

from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.guard import follow
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.operations.merging.account import is_account, provenance, put
from cordee.operations.merging.redirection import redirected
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import AnyOf, Filter, Reference
from cordee.search.values import Extraction
from cordee.store.port import Query, Version, WriteSession

BATCH = 50
"""Resources that one transaction redirects."""
LEFT = frozenset({"AuditEvent", "Patient", "Provenance"})
"""Types whose references stay: they tell what was, or link patients."""

OWN = "https://cordee.example/fhir/CodeSystem/federation"
"""Records of federated circles, which follow what becomes of the circles."""

Key = tuple[str, str]


async def sweep(services: Services, request: Request, task: Resource) -> int:
    """Redirect until nothing refers to the source; give the number of resources changed.

    Interrupted between two batches, it goes on where it is called again.
    """
    source, _ = ends(task)
    total = 0
    while True:
        changed = 0
        async for keys in referring(services, source):
            changed += await _redirect(services, request, task, keys)
        total += changed
        if not changed:
            return total


def ends(task: Resource) -> tuple[str, str]:
    """Give the source and the target of a merge."""
    first, second = (row["valueReference"]["reference"] for row in task["input"][:2])
    return first, second


async def referring(services: Services, patient: str) -> AsyncIterator[Sequence[Key]]:
    """Iterate over batches of what refers to a patient ("Patient/1") and may be redirected."""
    for type in await services.store.types():
        filter = _filter(services, type, patient)
        if filter is None or type in LEFT:
            continue
        query = Query((type,), filter, count=BATCH)
        while True:
            page = await services.store.search(query)
            if page.matches:
                yield [(row.type, row.id) for row in page.matches]
            if page.next is None:
                break
            query = replace(query, after=page.next)


def stays(resource: Resource) -> bool:
    """Tell whether a resource tells of a record as it was: of a merge, or of a federated circle."""
    codings = resource.get("code", {}).get("coding", ())
    own = resource["resourceType"] == "Basic" and any(row.get("system") == OWN for row in codings)
    return own or is_account(resource)


async def followed(
    services: Services, session: WriteSession, request: Request, changes: Iterable[Change]
) -> None:
    """Show to their guards the circles that change hands. Raises CONFLICT for a second circle."""
    circles = [change for change in changes if change.type == "CareTeam"]
    await follow(services, session, request, circles)


def _filter(services: Services, type: str, patient: str) -> Filter | None:
    codes = [
        parameter.code
        for parameter in services.repository.search_parameters(type)
        if parameter.type == "reference"
    ]
    return AnyOf(tuple(Reference(code, (patient,)) for code in codes)) if codes else None


async def _redirect(
    services: Services, request: Request, task: Resource, keys: Sequence[Key]
) -> int:
    source, target = ends(task)

    async def work(session: WriteSession) -> int:
        current = await session.read_many(list(keys))
        writes: list[tuple[Version, Extraction]] = []
        changes: list[Change] = []
        for version in current.values():
            resource = json.parse(version.body)
            made, count = redirected(resource, source, target)
            if count and not stays(resource):
                new = revision(made, version.id, version, services.clock(), "PUT")
                writes.append((new, services.registry.extract(made)))
                changes.append(Change(version.type, version.id, version, made))
        if writes:
            await session.put_many(writes)
            changed = [version for version, _ in writes]
            await put(
                services,
                session,
                provenance(services, request, task, "merge", changed),
                None,
            )
            await followed(services, session, request, changes)
        return len(writes)

    return await services.store.write(work)
