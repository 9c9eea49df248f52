"""`Communication/$read`: a recipient has read a message.

Defined by us: `https://cordee.example/fhir/OperationDefinition/Communication-read`.
"""

from collections.abc import Sequence

from cordee.access import scopes
from cordee.coordination.message import is_message, reading_as, receipt, receipts
from cordee.coordination.voice import speaks_for
from cordee.errors import Category, FhirError
from cordee.interactions import answer, visibility
from cordee.interactions.exchange import Request, Response
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.operations.parameters import Arguments
from cordee.operations.reading_party import reading_party
from cordee.resource import json
from cordee.store.port import Version, WriteSession


async def communication_read(services: Services, request: Request) -> Response:
    """Keep who has read the message, once; give the message.

    Whoever receives a message may call it, also those who may not change it. Raises NOT_FOUND for a
    message that the caller does not see, FORBIDDEN for who is no recipient.
    """
    if request.id is None:
        raise FhirError(Category.INVALID, "$read is called on one Communication")
    scopes.within(request.caller, "r", ("Communication",))
    names = reading_party(request.caller, Arguments(request))
    id = request.id

    async def work(session: WriteSession) -> Version:
        caller = request.caller
        current = await visibility.held(services, session, caller, "Communication", id)
        if current is None or current.deleted:
            raise answer.not_found("Communication", id)
        return await _marked(services, session, request, current, names)

    return answer.of(await services.store.write(work))


async def _marked(
    services: Services,
    session: WriteSession,
    request: Request,
    current: Version,
    names: Sequence[str],
) -> Version:
    message = json.parse(current.body)
    if not is_message(message):
        text = "Only messages of a circle keep who has read them"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Communication.meta.profile")
    if not receipts(message).keys().isdisjoint(names):
        return current
    reader = await reading_as(services, session, message, names)
    if reader is None:
        if names and speaks_for(request.caller, names) and _is_own(message, names):
            return current
        text = "Only a recipient can have read a message"
        raise FhirError(Category.FORBIDDEN, text, expression="Communication.recipient")
    said = receipt(reader, instant(services.clock()))
    after = message | {"extension": [*message.get("extension", ()), said]}
    await add(services, session, request, after)
    stored = await session.read("Communication", current.id)
    assert stored is not None
    return stored


def _is_own(message: dict[str, object], names: Sequence[str]) -> bool:
    sender = message.get("sender")
    return isinstance(sender, dict) and sender.get("reference") in names
