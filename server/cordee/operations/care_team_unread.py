"""`CareTeam/$unread`: the messages of a circle that somebody has not read yet.

Defined by us: `https://cordee.example/fhir/OperationDefinition/CareTeam-unread`.
"""

from cordee.access import scopes
from cordee.access.narrowing import narrow
from cordee.coordination.circle import person
from cordee.coordination.message_party import Parties
from cordee.coordination.unread import unread
from cordee.errors import Category, FhirError
from cordee.interactions import answer, bundle, searchset
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.reading_party import reading_party
from cordee.operations.stored_instance import stored_instance
from cordee.search.values import SortKey
from cordee.store.port import Query

TYPES = ("Communication",)
OLDEST_FIRST = (SortKey("sent", "date"),)


async def care_team_unread(services: Services, request: Request) -> Response:
    """Give the unread messages, oldest first, and how many there are; only those the caller sees.

    Raises what reading the circle raises, FORBIDDEN for somebody else's messages.
    """
    given = Arguments(request)
    names = reading_party(request.caller, given)
    count = given.number("count")
    scopes.within(request.caller, "s", TYPES)
    team = await stored_instance(services, request)
    if team is None or request.id is None:
        raise FhirError(Category.INVALID, "$unread is called on one CareTeam")
    whose = person(team)
    if whose is None:
        return Response(200, body=bundle.assemble("searchset", [], total=0))
    parties = await Parties.of(services, services.store, whose)
    now = int(services.clock().timestamp() * 1000)
    asked = unread(parties, request.id, names, now)
    filter = narrow(services.policy, request.caller, TYPES, asked)
    total = await services.store.count(TYPES, filter, accurate=True)
    size = services.settings.page_size if count is None else count
    if not size:
        return Response(200, body=bundle.assemble("searchset", [], total=total))
    most = min(size, services.settings.max_page_size)
    page = await services.store.search(Query(TYPES, filter, OLDEST_FIRST, most))
    entries = searchset.entries(request.base_url, page.matches, "match")
    body = bundle.assemble("searchset", list(entries), total=total)
    return Response(200, body=body, concerns=answer.concerned(page.matches))
