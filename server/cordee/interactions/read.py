"""FHIR read: the current version of a resource.

https://hl7.org/fhir/R4/http.html#read
"""

from datetime import timedelta

from cordee.access import scopes
from cordee.interactions import answer, subset, target, visibility
from cordee.interactions.exchange import Conditions, Request, Response
from cordee.interactions.services import Services
from cordee.store.port import Reader, Version

_SECOND = timedelta(seconds=1)


async def read(services: Services, request: Request) -> Response:
    """Give the current version; 304 if the client has it, 410 if it was deleted, 404 if unknown."""
    return await read_from(services, services.store, request)


async def read_from(services: Services, reader: Reader, request: Request) -> Response:
    """Read through `reader`, which a transaction makes its own session."""
    type, id = target.type_of(services, request), target.id_of(request)
    scopes.within(request.caller, "r", (type,))
    version = await visibility.current(services, reader, request.caller, type, id)
    if version is None:
        raise answer.not_found(type, id)
    if version.deleted:
        raise answer.deleted(version)
    if unchanged(request.conditions, version):
        return Response(
            304,
            version=version.version,
            last_updated=version.last_updated,
            concerns=answer.concerned((version,)),
        )
    return subset.apply(services.repository, request, answer.of(version))


def unchanged(conditions: Conditions, version: Version) -> bool:
    """Tell whether the client's copy is current (https://hl7.org/fhir/R4/http.html#cread)."""
    if conditions.if_none_match:
        return not {"*", str(version.version)}.isdisjoint(conditions.if_none_match)
    since = conditions.if_modified_since
    # The header counts in seconds: what changed within the same second is not newer to it.
    return since is not None and version.last_updated - _SECOND < since
