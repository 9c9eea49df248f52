"""A change of one resource by an operation: read, change, store as the next version.

All three happen in one transaction, which starts again when another write comes in between: no
operation undoes another's work, and none fails because others were faster.
"""

from collections.abc import Callable

from cordee.interactions import visibility
from cordee.interactions.candidate import admit
from cordee.interactions.commit import commit
from cordee.interactions.exchange import Request, Response
from cordee.interactions.read import read_from
from cordee.interactions.services import Services
from cordee.interactions.target import id_of, type_of
from cordee.interactions.update import replace
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession


async def revise(
    services: Services, request: Request, change: Callable[[Resource], Resource]
) -> Response:
    """Store what `change` makes of the resource that the request names; give its answer.

    Nothing is stored where `change` gives back the resource as it was. `change` must not touch its
    argument. Raises what reading and storing raise, CONFLICT when others are always faster.
    """
    type, id = type_of(services, request), id_of(request)
    plain = Request(request.base_url, type, id, caller=request.caller)

    async def work(session: WriteSession) -> Response:
        answer = await read_from(services, session, plain)
        resource = json.parse(answer.body or b"{}")
        after = change(resource)
        if after == resource:
            return answer
        new = admit(services, plain, after, id)
        current = await visibility.held(services, session, plain.caller, type, id)
        return await replace(services, session, plain, new, current)

    return await commit(services, work)
