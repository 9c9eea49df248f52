"""What is heard of a mail, written into the message that it was.

https://hl7.org/fhir/R4/communication-definitions.html#Communication.status
"""

from datetime import datetime

import structlog

from cordee.bridges.mssante import tracking
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.store.port import WriteSession

log = structlog.get_logger("cordee.bridges")


async def follow(
    services: Services,
    communication: str,
    message_id: str,
    state: tracking.State,
    reason: str = "",
    *,
    anew: bool = False,
) -> bool:
    """Write it, if it is news; False where it is not, or where the message is no longer written to.

    Raises `FhirError` UNAVAILABLE where it may be written later.
    """
    moment: datetime = services.clock()

    async def work(session: WriteSession) -> bool:
        await session.lock(f"mssante {communication}")
        current = await session.read("Communication", communication)
        if current is None or current.deleted:
            return False
        message = json.parse(current.body)
        changed = tracking.follow(message, message_id, state, moment, reason, anew=anew)
        if changed is not None:
            await add(services, session, Request(""), changed)
        return changed is not None

    try:
        return await services.store.write(work)
    except FhirError as error:
        if error.category not in {Category.CONFLICT, Category.UNPROCESSABLE}:
            raise
        # The dossier was closed since, or its rules have changed: the exchange still tells.
        log.info("message not followed", communication=communication, state=state)
        return False
