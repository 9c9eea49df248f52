"""Slots follow the agenda they are made of: at once when it changes, and day by day as time goes.

https://hl7.org/fhir/R4/schedule.html
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog

from cordee.coordination.agenda.availability import has_openings
from cordee.coordination.agenda.slots import SYSTEM, followed
from cordee.coordination.question import found
from cordee.errors import FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.guard import add
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import Token
from cordee.store.port import Query, Reader, WriteSession

EVERY = 3_600.0
"""Seconds between two looks at which agendas need more slots."""
DAY = timedelta(days=1)
DECIDING = ("active", "extension", "planningHorizon", "specialty")

log = structlog.get_logger()


def horizon(services: Services) -> tuple[datetime, datetime]:
    """Give from when until when slots are made."""
    now = services.clock()
    return now, now + timedelta(days=services.settings.slot_horizon_days)


class MadeSlots:
    """Makes the slots of an agenda, and takes back free ones that it has no longer."""

    def concerns(self, change: Change) -> bool:
        """Look where an agenda with openings of its own changes."""
        before, after = change.before, change.after
        if not has_openings(before) and not has_openings(after):
            return False
        return any((before or {}).get(name) != (after or {}).get(name) for name in DECIDING)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the slots in their new state. Raises UNPROCESSABLE for a rule without a meaning."""
        del request
        schedule = change.after or (change.before or {}) | {"active": False}
        await session.lock(f"agenda Schedule/{change.id}")
        return await _following(services, session, schedule | {"id": change.id})


async def watch(services: Services, seconds: float = EVERY) -> None:
    """Make the slots of the days that come, without end; what fails is tried again."""
    while True:
        try:
            await extend(services)
        except FhirError as error:
            log.warning("slots could not be made", reason=str(error))
        await asyncio.sleep(seconds)


async def extend(services: Services) -> int:
    """Make the slots that agendas lack until the horizon; give how many were made."""
    stating = Token("availability", None, "free")
    made = 0
    async for version in services.store.stream(Query(("Schedule",), stating, count=None)):
        schedule = json.parse(version.body)
        if has_openings(schedule) and await _is_short(services, schedule):
            try:
                made += await _extend(services, schedule)
            except FhirError as error:
                log.warning("slots could not be made", agenda=version.id, reason=str(error))
    return made


async def _is_short(services: Services, schedule: Resource) -> bool:
    """Tell whether an agenda has no slot in the last day before the horizon."""
    _, before = horizon(services)
    query = (
        f"schedule=Schedule/{schedule['id']}&identifier={quote(SYSTEM)}|"
        f"&start=ge{quote(instant(before - DAY))}"
    )
    return not await found(services, services.store, "Slot", query, count=1)


async def _extend(services: Services, schedule: Resource) -> int:
    async def work(session: WriteSession) -> int:
        await session.lock(f"agenda Schedule/{schedule['id']}")
        current = await session.read("Schedule", schedule["id"])
        if current is None or current.deleted:
            return 0
        slots = await _following(services, session, json.parse(current.body))
        for slot in slots:
            await add(services, session, Request(""), slot)
        return len(slots)

    return await services.store.write(work)


async def _following(services: Services, reader: Reader, schedule: Resource) -> list[Resource]:
    since, before = horizon(services)
    query = f"schedule=Schedule/{schedule['id']}&start=ge{quote(instant(since - DAY))}"
    stored = await found(services, reader, "Slot", query)
    zone = ZoneInfo(services.settings.timezone)
    return followed(schedule, stored, zone, since, before)
