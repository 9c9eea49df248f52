"""FHIR patch: change parts of a resource, by JSON Patch or FHIRPath Patch.

https://hl7.org/fhir/R4/http.html#patch
"""

from functools import partial

from cordee.access.policy import Action
from cordee.background import beside
from cordee.errors import Category, FhirError
from cordee.interactions import (
    answer,
    conditional,
    fhirpath_patch,
    json_patch,
    linking,
    target,
    versioning,
    visibility,
)
from cordee.interactions.candidate import Candidate, admit, permit, validated
from cordee.interactions.change import Change
from cordee.interactions.commit import commit
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import settle
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.interactions.update import states
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version, WriteSession

_ACTION: Action = "patch"


async def patch(services: Services, request: Request) -> Response:
    """Patch a resource; without an id in the URL, the one that matches the query."""
    type = target.type_of(services, request)
    if request.id is None:
        return await _patch_matching(services, request, type)
    id = target.id_of(request)

    async def work(session: WriteSession) -> Response:
        current = await visibility.held(services, session, request.caller, type, id)
        if current is None:
            raise answer.not_found(type, id)
        return await _store(services, session, request, current)

    return await commit(services, work)


async def _patch_matching(services: Services, request: Request, type: str) -> Response:
    criteria = conditional.criteria(services, type, request.query)

    async def work(session: WriteSession) -> Response:
        await session.lock(criteria.key)
        current = await conditional.sole_match(services, session, request.caller, criteria)
        if current is None:
            raise conditional.unmatched(criteria)
        return await _store(services, session, request, current)

    return await commit(services, work)


async def _store(
    services: Services, session: WriteSession, request: Request, current: Version
) -> Response:
    new = await prepared(services, request, current)
    await linking.check_integrity(services, session, request, new.resource)
    version = revision(new.resource, new.id, current, services.clock(), "PATCH")
    await session.put(version, new.extraction)
    await settle(services, session, request, (Change(new.type, new.id, current, new.resource),))
    told = answer.written(version, 200, new.extraction, new.issues, current)
    return visibility.shown(services, request.caller, version, new.extraction, told)


async def prepared(services: Services, request: Request, current: Version) -> Candidate:
    """Apply the request's patch to the current version and check the result.

    Raises DELETED, PRECONDITION_FAILED, UNPROCESSABLE or FORBIDDEN.
    """
    size = max(request.size, len(current.body or b""))
    return await beside(size, partial(_patched, services, request, current))


def _patched(services: Services, request: Request, current: Version) -> Candidate:
    if current.deleted:
        raise answer.deleted(current)
    versioning.check(request.conditions, current, f"{current.type}/{current.id}")
    resource = _applied(services, request, json.parse(current.body))
    _check_identity(resource, current)
    new = admit(services, request, resource, current.id)
    permit(
        services,
        request,
        _ACTION,
        new.type,
        lambda: (*states(services, current), new.extraction),
    )
    return new


def _applied(services: Services, request: Request, resource: Resource) -> Resource:
    body = request.body
    if isinstance(body, list):
        return json_patch.apply(body, resource, services.settings.max_depth)
    if isinstance(body, dict) and body.get("resourceType") == "Parameters":
        validated(services, body, request)
        depth = services.settings.max_depth
        return fhirpath_patch.apply(services.repository, body, resource, depth)
    text = "A patch is a JSON Patch (an array of operations) or a FHIRPath Patch (Parameters)"
    raise FhirError(Category.INVALID, text)


def _check_identity(resource: Resource, current: Version) -> None:
    for name, value in (("resourceType", current.type), ("id", current.id)):
        if resource.get(name) != value:
            text = f"A patch may not change {name} of {current.type}/{current.id}"
            raise FhirError(Category.UNPROCESSABLE, text, expression=f"{current.type}.{name}")
