"""`Subscription/[id]/$events`: what happened, told again.

http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events
"""

from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.subscription_notification import Told, notification
from cordee.operations.subscription_status import read, sole
from cordee.operations.subscription_terms import CONTENTS
from cordee.store.notification_queue import NotificationQueue, QueuedEvent


async def subscription_events(
    queue: NotificationQueue, services: Services, request: Request
) -> Response:
    """Give a notification Bundle of a range of events, oldest first.

    At most the server's largest page is given; `eventsSinceNumber` asks for the rest. What the
    caller may not see now is told by its number alone.
    """
    version = await sole(services, request)
    terms, _ = read(version)
    arguments = Arguments(request)
    content = arguments.one("content") or terms.content
    if content not in CONTENTS:
        raise FhirError(Category.INVALID, f"content is one of {', '.join(CONTENTS)}")
    state = await queue.state(terms.id)
    first = _number(arguments, "eventsSinceNumber", 1)
    last = _number(arguments, "eventsUntilNumber", state.last)
    limit = services.settings.max_page_size
    events = await queue.events(terms.id, first, last, limit=limit)
    told = [await _told(services, request, event) for event in events]
    body = notification(
        request.base_url,
        terms,
        "query-event",
        state.last,
        told,
        moment=services.clock(),
        content=content,
    )
    return Response(200, body=body)


async def _told(services: Services, request: Request, event: QueuedEvent) -> Told:
    seen = await visibility.current(services, services.store, request.caller, event.type, event.id)
    version = await services.store.vread(*event.key) if seen is not None else None
    if version is None or not visibility.sees_version(services, request.caller, version):
        return Told(event, visible=False)
    return Told(event, version.body)


def _number(arguments: Arguments, name: str, default: int) -> int:
    text = arguments.one(name)
    if text is None:
        return default
    if not str(text).isdecimal() or len(str(text)) > 12:
        raise FhirError(Category.INVALID, f"{name} must be the number of an event, not {text!r}")
    return int(text)
