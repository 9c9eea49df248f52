"""The mails that wait, handed over one by one: the handler of `mail-out`.

A mail that was taken twice, because we were gone before we could note it, has the same Message-ID.
"""

import base64
from datetime import timedelta

from cordee.bridges.exchange import Done, Exchange, Later, Outcome, Refused
from cordee.bridges.mssante import tracking
from cordee.bridges.mssante.following import follow
from cordee.bridges.mssante.submission import Refusal, Submission
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.resource import json


class Dispatch:
    """Sends the mails of one server."""

    def __init__(self, services: Services, submission: Submission) -> None:
        """Take whose mails, and by whom they go."""
        self._services = services
        self._submission = submission
        self._patience = timedelta(hours=services.settings.bridges_give_up_hours)

    async def __call__(self, exchange: Exchange) -> Outcome:
        """Send one mail."""
        if await self._left(exchange):
            return Done()
        mail = await self._mail(exchange)
        if mail is None:
            return Refused("The mail that was to be sent is no longer stored")
        name, address = str(exchange.content["message_id"]), str(exchange.content["address"])
        try:
            answer = await self._submission.send(address, mail, name)
        except FhirError as error:
            if error.category is not Category.UNAVAILABLE:
                raise
            if self._services.clock() - exchange.begun > self._patience:
                await self._tell(exchange, "failed", str(error))
            return Later(str(error))
        if isinstance(answer, Refusal):
            await self._tell(exchange, "failed", answer.reason)
            return Refused(answer.reason)
        # Where nobody reports, nothing more is to be waited for.
        await self._tell(exchange, "sent" if answer.reports else "relayed")
        return Done({"answer": answer.answer, "message_id": name})

    async def _left(self, exchange: Exchange) -> bool:
        """Tell whether the message says that this mail has left already."""
        stored = await self._services.store.read(
            "Communication", str(exchange.content["communication"])
        )
        if stored is None or stored.deleted:
            return False
        rows = tracking.deliveries(json.parse(stored.body))
        name = exchange.content["message_id"]
        return any(row.message_id == name and row.left for row in rows)

    async def _mail(self, exchange: Exchange) -> bytes | None:
        stored = await self._services.store.read("Binary", exchange.id)
        if stored is None or stored.deleted:
            return None
        return base64.b64decode(json.parse(stored.body)["data"])

    async def _tell(self, exchange: Exchange, state: tracking.State, reason: str = "") -> None:
        id, name = exchange.content["communication"], exchange.content["message_id"]
        await follow(self._services, str(id), str(name), state, reason, anew=True)
