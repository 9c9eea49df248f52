"""FHIR vread: one version of a resource.

https://hl7.org/fhir/R4/http.html#vread
"""

from cordee.access import scopes
from cordee.errors import Category, FhirError
from cordee.interactions import answer, read, subset, target, visibility
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.search.filter import EVERYTHING
from cordee.store.port import Reader


async def vread(services: Services, request: Request) -> Response:
    """Give one version; 410 for a version that is a deletion, 404 for one that never was."""
    return await vread_from(services, services.store, request)


async def vread_from(services: Services, reader: Reader, request: Request) -> Response:
    """Read a version through `reader`."""
    type, id = target.type_of(services, request), target.id_of(request)
    scopes.within(request.caller, "r", (type,))
    wanted = request.version or ""
    name = f"Version {wanted} of {type}/{id}"
    limited = services.policy.narrow(request.caller, type, EVERYTHING) is not EVERYTHING
    # Who may not see a resource as it is now may not see what it was.
    if limited and await visibility.current(services, reader, request.caller, type, id) is None:
        raise answer.not_found(type, id)
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else 0
    version = await reader.vread(type, id, number) if 0 < number < 2**31 else None
    if version is None or not visibility.sees_version(services, request.caller, version):
        raise FhirError(Category.NOT_FOUND, f"{name} is not known")
    if version.deleted:
        raise answer.deleted(version)
    if read.unchanged(request.conditions, version):
        return Response(
            304,
            version=version.version,
            last_updated=version.last_updated,
            concerns=answer.concerned((version,)),
        )
    return subset.apply(services.repository, request, answer.of(version))
