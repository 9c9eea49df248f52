"""`Patient/$unmerge`: what `Patient/$merge` joined is taken apart again.

Every reference that the merge redirected goes back, also in resources changed since; what was
written about the merged record since stays with it. Interrupted, the same call goes on.

https://hl7.org/fhir/R4/patient.html#links
"""

from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions import visibility
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import follow
from cordee.interactions.services import Services
from cordee.operations.merging import account, records
from cordee.operations.merging.subjects import Record, joined, named
from cordee.operations.merging.undoing import undo, written
from cordee.operations.parameters import Arguments, parameters, row
from cordee.outcome import operation_outcome
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version, WriteSession


async def patient_unmerge(services: Services, request: Request) -> Response:
    """Give Parameters: `input`, `outcome`, `result` (the record that lives again) and `task`.

    There is no `result` for a caller who does not see that record.
    Raises what naming the patients raises, NOT_FOUND when they were not merged, CONFLICT when the
    target was merged further.
    """
    source, target = await named(services, request, Arguments(request))

    async def begin(session: WriteSession) -> Resource:
        for id in sorted((source, target)):
            await session.lock(f"merge:Patient/{id}")
        return await _begin(services, request, session, source, target)

    task = await services.store.write(begin)
    undone = await undo(services, request, task)

    async def end(session: WriteSession) -> Resource:
        return await _end(services, request, session, task["id"], (source, target))

    closed = await services.store.write(end)
    revived = await visibility.held(services, services.store, request.caller, "Patient", source)
    issues = [
        Issue(
            Severity.INFORMATION,
            "informational",
            f"Patient/{source} and Patient/{target} are two records again",
        )
    ]
    if undone.gone:
        text = "Some references that the merge had redirected were taken out since"
        issues.append(Issue(Severity.WARNING, "informational", text))
    rows = [
        row("input", "resource", request.body),
        row("outcome", "resource", operation_outcome(issues)),
        row("result", "resource", json.parse(revived.body) if revived else None),
        row("task", "resource", closed),
    ]
    return Response(200, resource=parameters(rows))


async def _begin(
    services: Services, request: Request, session: WriteSession, source: str, target: str
) -> Resource:
    """Write into the account that the merge is being undone."""
    await joined(services, request, session, source, target)
    version = await account.find(session, f"Patient/{source}", f"Patient/{target}")
    if version is None:
        text = f"Patient/{source} was not merged into Patient/{target}"
        raise FhirError(Category.NOT_FOUND, text)
    task = account.told(services, json.parse(version.body), "undoing")
    stored = await account.put(services, session, task, version)
    return json.parse(stored.body)


async def _end(
    services: Services,
    request: Request,
    session: WriteSession,
    task_id: str,
    ids: tuple[str, str],
) -> Resource:
    """Take the links away and close the account; nothing when somebody else did it already."""
    version = await session.read("Task", task_id)
    assert version is not None
    task = json.parse(version.body)
    if account.state(task) == "undone":
        return task
    ending, staying = await joined(services, request, session, *ids)
    versions: list[Version] = []
    source_before = await _before(services, session, task, ending)
    target_before = await _before(services, session, task, staying)
    made = (
        (ending, records.revived(ending.resource, source_before, staying.reference)),
        (staying, records.relieved(staying.resource, target_before, source_before)),
    )
    for one, resource in made:
        versions.append(await account.put(services, session, resource, one.version))
    told = account.provenance(services, request, task, "unmerge", versions)
    await account.put(services, session, told, None)
    changes = [Change("Patient", one.version.id, one.version, after) for one, after in made]
    await follow(services, session, request, changes)
    closed = account.told(services, task, "undone")
    return json.parse((await account.put(services, session, closed, version)).body)


async def _before(
    services: Services, session: WriteSession, task: Resource, found: Record
) -> Resource:
    """Give a patient as it was before the merge."""
    number = await written(services, task, found.reference)
    version = await session.vread("Patient", found.version.id, (number or 1) - 1)
    return json.parse(version.body) if version is not None else found.resource
