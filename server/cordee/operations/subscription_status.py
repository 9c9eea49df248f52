"""`Subscription/$status` and `Subscription/[id]/$status`: how subscriptions are.

http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status
"""

from collections.abc import Iterable

from cordee.errors import FhirError
from cordee.interactions import answer, bundle, target, visibility
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.subscription_notification import status
from cordee.operations.subscription_terms import Terms, terms_of
from cordee.resource import json
from cordee.search.filter import EVERYTHING, Filter, Ids, Token, all_of, any_of
from cordee.store.notification_queue import NotificationQueue
from cordee.store.port import Query, Version


async def subscription_status(
    queue: NotificationQueue, services: Services, request: Request
) -> Response:
    """Give a searchset of statuses: of one subscription, or of those that the caller may see."""
    entries = []
    for version in await _asked(services, request):
        terms, error = read(version)
        state = await queue.state(terms.id)
        told = status(request.base_url, terms, "query-status", state.last, error=error)
        entries.append(
            bundle.entry(f"urn:uuid:{told['id']}", json.serialize(told), search={"mode": "match"})
        )
    return Response(200, body=bundle.assemble("searchset", entries, total=len(entries)))


def read(version: Version) -> tuple[Terms, str | None]:
    """Give the terms of a stored Subscription, and the error text it carries."""
    resource = json.parse(version.body)
    return terms_of(resource), resource.get("error")


async def sole(services: Services, request: Request) -> Version:
    """Give the one Subscription that the URL names. Raises NOT_FOUND or DELETED."""
    id = target.id_of(request)
    found = await visibility.current(services, services.store, request.caller, "Subscription", id)
    if found is None:
        raise answer.not_found("Subscription", id)
    if found.deleted:
        raise answer.deleted(found)
    return found


async def _asked(services: Services, request: Request) -> Iterable[Version]:
    if request.id is not None:
        return (await sole(services, request),)
    arguments = Arguments(request)
    asked: list[Filter] = [EVERYTHING]
    if ids := arguments.words("id"):
        asked.append(Ids(tuple(ids)))
    if statuses := arguments.words("status"):
        asked.append(any_of([Token("status", None, code) for code in statuses]))
    return await visible(services, request, all_of(asked))


async def visible(services: Services, request: Request, filter: Filter) -> list[Version]:
    """Give the subscriptions that the caller may see."""
    limit = services.policy.narrow(request.caller, "Subscription", filter)
    query = Query(("Subscription",), limit, count=services.settings.max_page_size)
    found = (await services.store.search(query)).matches
    return [version for version in found if _readable(version)]


def _readable(version: Version) -> bool:
    try:
        read(version)
    except FhirError:
        return False
    return True
