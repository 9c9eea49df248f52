"""New mails, put into the queue: each once, by one server at a time.

Only what is in the queue counts as collected; what a server had seen when it died is seen again.
"""

import asyncio
import os
import socket
from uuid import uuid4

import structlog

from cordee.bridges.exchange import Exchange, ExchangeQueue, enqueue
from cordee.bridges.mssante.mailbox import Mailbox, Place
from cordee.bridges.mssante.order import BRIDGE
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.store.mailbox_marks import MailboxMarks, Mark

MAIL_IN = "mail-in"
_LEASE = 300.0
"""Seconds that one look may take before another server looks as well."""

log = structlog.get_logger("cordee.bridges")


class Collection:
    """One process's looks into the mailbox."""

    def __init__(
        self, services: Services, queue: ExchangeQueue, marks: MailboxMarks, mailbox: Mailbox
    ) -> None:
        """Hold nothing yet."""
        self._services = services
        self._queue = queue
        self._marks = marks
        self._mailbox = mailbox
        settings = services.settings
        self._address = str(settings.mssante_mailbox)
        self._folder = f"{self._address}/{settings.mssante_folder}"
        self._owner = f"{socket.gethostname()}/{os.getpid()}/{uuid4().hex[:8]}"

    async def run(self) -> None:
        """Look again and again, without end."""
        while True:
            try:
                await self.look()
            except FhirError as error:
                log.warning("mailbox not collected", reason=str(error))
            except Exception as error:  # noqa: BLE001 - the next look may succeed
                _tell(error)
            await asyncio.sleep(self._services.settings.mssante_poll_seconds)

    async def look(self) -> int:
        """Queue what is new; give how much. Nothing while another server looks."""
        mark = await self._marks.hold(self._folder, self._owner, _LEASE)
        if mark is None:
            return 0
        try:
            found = await asyncio.to_thread(self._mailbox.news, mark)
            for place in found:
                await enqueue(self._services, self._queue, self._exchange(place))
                if not await self._advance(place):
                    break
        finally:
            await self._marks.release(self._folder, self._owner)
        return len(found)

    async def _advance(self, place: Place) -> bool:
        return await self._marks.advance(self._folder, self._owner, Mark(place.validity, place.uid))

    def _exchange(self, place: Place) -> Exchange:
        return Exchange(
            bridge=BRIDGE,
            action=MAIL_IN,
            key=f"mssante:{self._folder}:{place.validity}:{place.uid}",
            target=self._address,
            content=place.json(),
        )


def _tell(error: Exception) -> None:
    # Messages and locals could hold health data.
    log.error("bug", error=type(error).__qualname__, place="mailbox")
