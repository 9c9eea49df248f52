"""FHIR create: a new resource under an id that the server assigns.

https://hl7.org/fhir/R4/http.html#create
"""

from cordee.interactions import answer, conditional, conformance, linking, target
from cordee.interactions.candidate import Candidate, admit, body_of, permit
from cordee.interactions.change import Change
from cordee.interactions.commit import commit
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import settle, watched
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.store.port import Version, WriteSession


async def create(services: Services, request: Request) -> Response:
    """Store a new resource; with `If-None-Exist`, only if nothing matches."""
    type = target.type_of(services, request)
    new = admit(services, request, body_of(request, type), services.new_id())
    permit(services, request, "create", type, lambda: (new.extraction,))
    if request.conditions.if_none_exist is not None:
        return await _create_if_none_exist(services, request, new)
    if watched(services, Change(new.type, new.id, None, new.resource)):
        return await commit(services, lambda session: _put(services, session, request, new))
    await linking.check_integrity(services, services.store, new.resource)
    version = first(services, new)
    await services.store.create(version, new.extraction)
    conformance.learn(services, version.type, version.id, version.version, version.body)
    return answer.of(version, 201, new.issues)


def first(services: Services, new: Candidate) -> Version:
    """Make version 1 of a candidate."""
    return revision(new.resource, new.id, None, services.clock(), "POST")


async def _create_if_none_exist(services: Services, request: Request, new: Candidate) -> Response:
    """Do a conditional create (https://hl7.org/fhir/R4/http.html#ccreate)."""
    query = request.conditions.if_none_exist or ""
    criteria = conditional.criteria(services, new.type, conditional.query_of(new.type, query))

    async def work(session: WriteSession) -> Response:
        await conditional.lock(session, criteria)
        found = await conditional.sole_match(services, session, request.caller, criteria)
        if found is not None:
            return answer.of(found, 200)
        return await _put(services, session, request, new)

    return await commit(services, work)


async def _put(
    services: Services, session: WriteSession, request: Request, new: Candidate
) -> Response:
    await linking.check_integrity(services, session, new.resource)
    version = first(services, new)
    await session.put(version, new.extraction)
    await settle(services, session, request, (Change(new.type, new.id, None, new.resource),))
    return answer.of(version, 201, new.issues)
