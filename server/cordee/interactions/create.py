"""FHIR create: a new resource under an id that the server assigns.

https://hl7.org/fhir/R4/http.html#create
"""

from functools import partial

from cordee.background import beside
from cordee.interactions import answer, conditional, conformance, linking, target, visibility
from cordee.interactions.candidate import Candidate, admit, authored, body_of, opened, permit
from cordee.interactions.change import Change
from cordee.interactions.commit import commit
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import require, settle, watched
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.store.port import Version, WriteSession


async def create(services: Services, request: Request) -> Response:
    """Store a new resource; with `If-None-Exist`, only if nothing matches."""
    type = target.type_of(services, request)
    admitted = partial(admit, services, request, body_of(request, type), services.new_id())
    new = await beside(request.size, admitted)
    request = await opened(services, services.store, request, new.extraction)
    permit(services, request, "create", type, lambda: (new.extraction,))
    if request.conditions.if_none_exist is not None:
        return await _create_if_none_exist(services, request, new)
    change = Change(new.type, new.id, None, new.resource)
    if watched(services, change):
        return await commit(services, lambda session: _put(services, session, request, new))
    await require(services, services.store, request, (change,))
    await linking.check_integrity(services, services.store, request, new.resource)
    version = first(services, request, new)
    await services.store.create(version, new.extraction)
    conformance.learn(services, version.type, version.id, version.version, version.body)
    return _told(services, request, version, new)


def first(services: Services, request: Request, new: Candidate) -> Version:
    """Make version 1 of a candidate."""
    version = revision(new.resource, new.id, None, services.clock(), "POST")
    return authored(services, request, version, new)


def _told(services: Services, request: Request, version: Version, new: Candidate) -> Response:
    told = answer.written(version, 201, new.extraction, new.issues)
    return visibility.shown(services, request.caller, version, new.extraction, told)


async def _create_if_none_exist(services: Services, request: Request, new: Candidate) -> Response:
    """Do a conditional create (https://hl7.org/fhir/R4/http.html#ccreate)."""
    query = request.conditions.if_none_exist or ""
    criteria = conditional.criteria(services, new.type, conditional.query_of(new.type, query))

    async def work(session: WriteSession) -> Response:
        await conditional.lock(session, criteria)
        found = await conditional.sole_match(services, session, request.caller, criteria)
        if found is not None:
            return answer.matched(found)
        return await _put(services, session, request, new)

    return await commit(services, work)


async def _put(
    services: Services, session: WriteSession, request: Request, new: Candidate
) -> Response:
    await linking.check_integrity(services, session, request, new.resource)
    version = first(services, request, new)
    await session.put(version, new.extraction)
    await settle(services, session, request, (Change(new.type, new.id, None, new.resource),))
    return _told(services, request, version, new)
