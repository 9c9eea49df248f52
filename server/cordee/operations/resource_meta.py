"""`$meta`: the profiles, tags and security labels of a resource, a type, or the whole server.

https://hl7.org/fhir/R4/resource-operation-meta.html
"""

from collections.abc import AsyncIterator

import msgspec

from cordee.access.narrowing import narrow
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.operations import meta
from cordee.operations.meta import Meta
from cordee.operations.parameters import answer
from cordee.resource import json
from cordee.search.filter import EVERYTHING
from cordee.store.port import Query

MOST = 100_000
"""Resources read at most by one call on a type or on the server."""


async def resource_meta(services: Services, request: Request) -> Response:
    """Give the Meta of one resource, or the union of all of a type's or the server's.

    Raises `FhirError` TOO_COSTLY when a union would read more than `MOST` resources.
    """
    if request.id is not None:
        found = json.parse((await read(services, _plain(request))).body or b"{}").get("meta", {})
    else:
        types = (request.type,) if request.type else services.repository.resource_types
        found = await _union(services, request, types)
    return Response(200, resource=answer(return_=("valueMeta", found)))


def _plain(request: Request) -> Request:
    return Request(request.base_url, request.type, request.id, caller=request.caller)


async def _union(services: Services, request: Request, types: tuple[str, ...]) -> Meta:
    filter = narrow(services.policy, request.caller, types, EVERYTHING)
    size = await services.store.count(types, filter, accurate=True, limit=MOST + 1)
    if size > MOST:
        raise FhirError(
            Category.TOO_COSTLY, f"More than {MOST:,} resources would have to be read for this"
        )
    metas = [each async for each in _metas(services, Query(types, filter, count=None))]
    return meta.union(metas)


class _Resource(msgspec.Struct):
    """All that is decoded of a resource here."""

    meta: Meta = {}


async def _metas(services: Services, query: Query) -> AsyncIterator[Meta]:
    decoder = msgspec.json.Decoder(_Resource)
    async for version in services.store.stream(query):
        yield decoder.decode(version.body).meta
