"""FHIR delete: of one resource, or of those that match a query.

https://hl7.org/fhir/R4/http.html#delete
"""

from collections.abc import Iterable

from cordee.access.policy import Action
from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions import (
    answer,
    conditional,
    conformance,
    linking,
    target,
    versioning,
    visibility,
)
from cordee.interactions.candidate import permit
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import settle
from cordee.interactions.services import Services
from cordee.interactions.stamp import deletion
from cordee.interactions.update import states
from cordee.store.port import Version, WriteSession

_ACTION: Action = "delete"


async def delete(services: Services, request: Request) -> Response:
    """Delete; also succeeds where there is nothing (left) to delete."""
    if request.id is None:
        return await _delete_matching(services, request)
    type, id = target.type_of(services, request), target.id_of(request)

    async def work(session: WriteSession) -> tuple[Version, ...]:
        current = await visibility.held(services, session, request.caller, type, id)
        gone = await remove(services, session, request, current, f"{type}/{id}")
        if gone is not None:
            await linking.check_unreferenced(services, session, request.caller, (gone,))
        return (gone,) if gone else ()

    gone = await services.store.write(work)
    forget(services, gone)
    return answer_for(request, gone)


async def remove(
    services: Services,
    session: WriteSession,
    request: Request,
    current: Version | None,
    name: str,
) -> Version | None:
    """Store the deletion of `current`, or give None where nothing lives."""
    versioning.check(request.conditions, current, name)
    if current is None or current.deleted:
        return None
    permit(services, request, _ACTION, current.type, lambda: states(services, current))
    version = deletion(current, services.clock())
    await session.delete(version)
    gone = Change(current.type, current.id, current, None)
    await settle(services, session, request, (gone,))
    return version


def forget(services: Services, gone: Iterable[Version]) -> None:
    """Put definitions that were deleted out of force."""
    for version in gone:
        conformance.learn(services, version.type, version.id, version.version, None)


def answer_for(request: Request, gone: tuple[Version, ...]) -> Response:
    """Say 204, or 200 with an OperationOutcome if the client prefers one."""
    names = ", ".join(f"{version.type}/{version.id}" for version in gone)
    text = f"Deleted {names}" if gone else "There was nothing to delete"
    issue = Issue(Severity.INFORMATION, "informational", text)
    wanted = request.prefer.returns == "OperationOutcome"
    version = gone[0].version if len(gone) == 1 else None
    return Response(
        200 if wanted else 204,
        version=version,
        issues=(issue,),
        concerns=answer.concerned(gone),
        gone=tuple((version.type, version.id, version.version) for version in gone),
    )


async def _delete_matching(services: Services, request: Request) -> Response:
    """Delete what matches: one resource, or several where the settings allow it."""
    criteria = conditional.criteria(services, target.type_of(services, request), request.query)

    async def work(session: WriteSession) -> tuple[Version, ...]:
        await conditional.lock(session, criteria)
        gone = await remove_matching(services, session, request, criteria)
        await linking.check_unreferenced(services, session, request.caller, gone)
        return gone

    gone = await services.store.write(work)
    forget(services, gone)
    return answer_for(request, gone)


async def remove_matching(
    services: Services, session: WriteSession, request: Request, asked: conditional.Criteria
) -> tuple[Version, ...]:
    """Delete the matches; the caller has locked the criteria."""
    single = services.settings.conditional_delete == "single"
    limit = 2 if single else services.settings.max_bundle_entries + 1
    found = await conditional.matching(services, session, request.caller, asked, limit=limit)
    if single and len(found) > 1:
        raise conditional.several(asked)
    if len(found) == limit:
        text = f"The criteria {asked.text} match more than {limit - 1} resources"
        raise FhirError(Category.TOO_COSTLY, text)
    if not found:
        versioning.check(request.conditions, None, asked.text)
    gone = [
        await remove(services, session, request, version, f"{version.type}/{version.id}")
        for version in found
    ]
    return tuple(version for version in gone if version)
