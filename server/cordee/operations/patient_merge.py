"""`Patient/$merge`: two records of one person become one.

The record that ends is linked to the one that goes on, and all that referred to it is redirected,
a batch in one transaction. Interrupted, the same call goes on; `Patient/$unmerge` undoes it.

https://hl7.org/fhir/R4/patient.html#links
https://build.fhir.org/patient-operation-merge.html
"""

from dataclasses import replace

from cordee.coordination import circle
from cordee.coordination.question import named as named_circle
from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions.candidate import admit
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import follow
from cordee.interactions.services import Services
from cordee.operations.merging import account, records
from cordee.operations.merging.subjects import Record, allow, joined, named, record
from cordee.operations.merging.sweep import sweep
from cordee.operations.parameters import Arguments, parameters, row
from cordee.outcome import operation_outcome
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Reader, Version, WriteSession


async def patient_merge(services: Services, request: Request) -> Response:
    """Give Parameters: `input`, `outcome`, `result` and, unless it is a preview, `task`.

    Raises what naming the patients raises, CONFLICT when one of them was merged otherwise,
    UNPROCESSABLE when the result is no good Patient.
    """
    arguments = Arguments(request)
    source, target = await named(services, request, arguments)
    wanted = arguments.resource("result-patient", "Patient")
    if arguments.flag("preview"):
        _, _, made = await _planned(services, request, services.store, (source, target), wanted)
        return _answer(request, f"Patient/{source} would be merged into Patient/{target}", made)

    async def begin(session: WriteSession) -> Resource:
        for id in sorted((source, target)):
            await session.lock(f"merge:Patient/{id}")
        await circle.lock(session, (f"Patient/{source}", f"Patient/{target}"))
        begun = await account.find(session, f"Patient/{source}", f"Patient/{target}")
        if begun is not None:
            return await _resumed(services, request, session, (source, target), begun)
        return await _begin(services, request, session, (source, target), wanted)

    task = await services.store.write(begin)
    await sweep(services, request, task)
    task = await close(services, task["id"], "merging", "merged")
    result = await record(services, request, services.store, target)
    told = f"Patient/{source} is merged into Patient/{target}"
    return _answer(request, told, result.resource, task)


async def close(
    services: Services, id: str, before: account.State, after: account.State
) -> Resource:
    """Write into the account that a step is done; whoever did it already wins."""

    async def work(session: WriteSession) -> Resource:
        version = await session.read("Task", id)
        assert version is not None
        task = json.parse(version.body)
        if account.state(task) != before:
            return task
        stored = await account.put(services, session, account.told(services, task, after), version)
        return json.parse(stored.body)

    return await services.store.write(work)


async def _planned(
    services: Services,
    request: Request,
    reader: Reader,
    ids: tuple[str, str],
    wanted: Resource | None,
) -> tuple[Record, Record, Resource]:
    """Give both records and the one that goes on, as it will be; checked, and permitted."""
    ending, staying = [await record(services, request, reader, id) for id in ids]
    for one in (ending, staying):
        others = records.linked(one.resource, records.REPLACED)
        if others:
            raise FhirError(
                Category.CONFLICT, f"{one.reference} was merged into {others[0]}: undo that first"
            )
    await _one_circle(services, request, reader, ending, staying)
    made = records.going_on(staying.resource, ending.resource, wanted)
    allow(services, request, ending, records.ended(ending.resource, staying.reference))
    allow(services, request, staying, made)
    return ending, staying, admit(services, replace(request, body=made), made, ids[1]).resource


async def _one_circle(
    services: Services, request: Request, reader: Reader, *people: Record
) -> None:
    """Raise CONFLICT where both have a living circle: who goes on caring is for people to say."""
    told: list[str] = []
    for one in people:
        records = await circle.one_person(reader, one.reference)
        for team in (await circle.living(services, reader, records))[:1]:
            which = await named_circle(services, reader, request.caller, team)
            told.append(f"{one.reference} has a circle of care{which}")
    if len(told) > 1:
        text = (
            f"{' and '.join(told)}, but a person has one: bring those who take part together in "
            "one of them, end the other (status inactive), then merge"
        )
        raise FhirError(Category.CONFLICT, text)


async def _begin(
    services: Services,
    request: Request,
    session: WriteSession,
    ids: tuple[str, str],
    wanted: Resource | None,
) -> Resource:
    """Link the two records and open the account, in one transaction."""
    ending, staying, made = await _planned(services, request, session, ids, wanted)
    task = account.opened(services, request, ending.reference, staying.reference)
    ended = records.ended(ending.resource, staying.reference)
    versions: list[Version] = [
        await account.put(services, session, ended, ending.version),
        await account.put(services, session, made, staying.version),
    ]
    stored = await account.put(services, session, task, None)
    told = account.provenance(services, request, task, "merge", versions)
    await account.put(services, session, told, None)
    changes = ((ending, ended), (staying, made))
    await follow(
        services,
        session,
        request,
        [Change("Patient", one.version.id, one.version, after) for one, after in changes],
    )
    return json.parse(stored.body)


async def _resumed(
    services: Services,
    request: Request,
    session: WriteSession,
    ids: tuple[str, str],
    begun: Version,
) -> Resource:
    """Go on with a merge, or look again for what came to the record that ended since."""
    await joined(services, request, session, *ids)
    task = json.parse(begun.body)
    if account.state(task) == "undoing":
        raise FhirError(
            Category.CONFLICT, f"Task/{task['id']}: this merge is being undone; finish that first"
        )
    return task


def _answer(
    request: Request, text: str, result: Resource, task: Resource | None = None
) -> Response:
    outcome = operation_outcome([Issue(Severity.INFORMATION, "informational", text)])
    rows = [
        row("input", "resource", request.body),
        row("outcome", "resource", outcome),
        row("result", "resource", result),
        row("task", "resource", task),
    ]
    return Response(200, resource=parameters(rows))
