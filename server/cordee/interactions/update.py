"""FHIR update: a new version of a resource, or the first under an id that the client chose.

https://hl7.org/fhir/R4/http.html#update
https://hl7.org/fhir/R4/http.html#cond-update
"""

from functools import partial

from cordee.access.policy import Action
from cordee.background import beside
from cordee.errors import Category, FhirError
from cordee.interactions import answer, conditional, linking, target, versioning, visibility
from cordee.interactions.candidate import Candidate, admit, authored, body_of, opened, permit
from cordee.interactions.change import Change
from cordee.interactions.commit import commit
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import settle
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.resource import json
from cordee.search.values import Extraction
from cordee.store.port import Version, WriteSession


async def update(services: Services, request: Request) -> Response:
    """Store a new version; without an id in the URL, of the one resource that matches the query."""
    if request.id is None:
        return await _update_matching(services, request)
    type, id = target.type_of(services, request), target.id_of(request)
    body = body_of(request, type)
    check_id(body.get("id"), id)
    new = await beside(request.size, partial(admit, services, request, body, id))

    async def work(session: WriteSession) -> Response:
        current = await visibility.held(services, session, request.caller, type, id)
        return await replace(services, session, request, new, current)

    return await commit(services, work)


def check_id(found: object, id: str) -> None:
    """Raise INVALID unless the body's id is the URL's."""
    if found != id:
        said = f"says {found!r}" if found is not None else "has none"
        text = f"The id in the URL is {id!r}, but the resource {said}"
        raise FhirError(Category.INVALID, text, expression="id")


async def replace(
    services: Services,
    session: WriteSession,
    request: Request,
    new: Candidate,
    current: Version | None,
    *,
    fresh: bool = False,
) -> Response:
    """Store a candidate after `current`, with all checks, and say 200 or 201.

    `fresh` says that the server chose the id.
    """
    if current is None:
        request = await opened(services, session, request, new.extraction)
    check(services, request, new, current, fresh=fresh)
    await linking.check_integrity(services, session, request, new.resource)
    version = revision(new.resource, new.id, current, services.clock(), "PUT")
    if current is None:
        version = authored(services, request, version, new)
    await session.put(version, new.extraction)
    await settle(services, session, request, (Change(new.type, new.id, current, new.resource),))
    existed = current is not None and not current.deleted
    status = 200 if existed else 201
    told = answer.written(version, status, new.extraction, new.issues, current)
    return visibility.shown(services, request.caller, version, new.extraction, told)


def check(
    services: Services,
    request: Request,
    new: Candidate,
    current: Version | None,
    *,
    fresh: bool = False,
) -> None:
    """Raise unless the candidate may follow `current`: access and version.

    Where some resources are hidden from the caller, an id that is unknown to them may be taken:
    they choose none, and every such id is answered alike.
    """
    if current is None and not fresh and visibility.restricted(services, request.caller, new.type):
        raise answer.not_found(new.type, new.id)
    action: Action = "create" if current is None or current.deleted else "update"
    permit(
        services, request, action, new.type, lambda: (*states(services, current), new.extraction)
    )
    versioning.check(request.conditions, current, f"{new.type}/{new.id}")


def states(services: Services, current: Version | None) -> tuple[Extraction, ...]:
    """Give the index values of a stored version; none where nothing lives."""
    if current is None or current.deleted:
        return ()
    found = services.registry.extract(json.parse(current.body))
    return (visibility.stamped(found, current.writer),)


async def _update_matching(services: Services, request: Request) -> Response:
    """Do a conditional update, with the table of the specification in `conditional`."""
    type = target.type_of(services, request)
    body = body_of(request, type)
    criteria = conditional.criteria(services, type, request.query)
    given = None if body.get("id") is None else target.checked_id(body["id"])
    fresh = services.new_id()

    async def work(session: WriteSession) -> Response:
        await conditional.lock(session, criteria)
        found = await conditional.sole_match(services, session, request.caller, criteria)
        id = conditional.updated_id(type, found, given) or fresh
        new = await beside(request.size, partial(admit, services, request, body, id))
        current = found or await visibility.held(services, session, request.caller, type, id)
        if found is None:
            conditional.refuse_unmatched(current)
        return await replace(services, session, request, new, current, fresh=given is None)

    return await commit(services, work)
