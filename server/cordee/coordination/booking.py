"""An appointment holds its slots: one that is taken cannot be taken again.

Slots turn `busy` with the appointment that books them and `free` when it lets go of them, in the
same transaction, so of two who book at once one is refused. Nobody is in two places: while a slot
is taken, another one of the same agenda at the same time cannot be.

https://hl7.org/fhir/R4/appointment.html
https://hl7.org/fhir/R4/slot.html
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from cordee.coordination.question import found
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version, WriteSession

HOLDING = frozenset({"pending", "booked", "arrived", "checked-in", "fulfilled"})
"""The statuses of an appointment that keep its slots from others."""
TAKEN = "busy,busy-tentative,busy-unavailable"
LONGEST = timedelta(days=1)
"""Slots that begin earlier than this before another are not looked at: none lasts so long."""


def held(appointment: Resource | None) -> frozenset[str]:
    """Give the ids of the slots of this server that an appointment holds."""
    if appointment is None or appointment.get("status") not in HOLDING:
        return frozenset()
    names = (each.get("reference", "") for each in appointment.get("slot", ()))
    return frozenset(name.removeprefix("Slot/") for name in names if name.startswith("Slot/"))


class Booking:
    """Takes and frees the slots of appointments."""

    def concerns(self, change: Change) -> bool:
        """Look where an appointment takes a slot or lets one go."""
        return held(change.before) != held(change.after)

    async def follow(
        self,
        services: Services,
        session: WriteSession,
        request: Request,  # noqa: ARG002 - the port's shape
        change: Change,
    ) -> Sequence[Resource]:
        """Give the slots in their new state. Raises CONFLICT for a slot that is not free."""
        was, becomes = held(change.before), held(change.after)
        keys = [("Slot", id) for id in sorted(was | becomes)]
        await _lock(session, await services.store.read_many(keys))
        slots = await session.read_many(keys)
        await _lock(session, slots)  # those too that the same transaction made
        stored = {id: json.parse(version.body) for (_, id), version in slots.items()}
        for id in sorted(becomes - was):
            _check_free(id, stored.get(id))
            await _check_alone(services, session, stored[id], was | becomes)
        taken = [stored[id] | {"status": "busy"} for id in sorted(becomes - was)]
        let_go = [stored[id] for id in sorted(was - becomes) if id in stored]
        freed = [slot | {"status": "free"} for slot in let_go if slot["status"] == "busy"]
        return (*taken, *freed)


async def _lock(session: WriteSession, slots: Mapping[tuple[str, str], Version]) -> None:
    """Lock the agendas of slots, in one order, so that no two wait for each other."""
    found = (json.parse(version.body)["schedule"].get("reference") for version in slots.values())
    for agenda in sorted({name for name in found if name}):
        await session.lock(f"agenda {agenda}")


async def _check_alone(
    services: Services, session: WriteSession, slot: Resource, own: Collection[str]
) -> None:
    """Raise CONFLICT if another slot of the same agenda is taken at that time."""
    agenda = slot["schedule"].get("reference")
    start, end = (datetime.fromisoformat(slot[name]) for name in ("start", "end"))
    if agenda is None:
        return
    query = (
        f"schedule={quote(agenda)}&status={TAKEN}&start=lt{quote(instant(end))}"
        f"&start=ge{quote(instant(start - LONGEST))}"
    )
    for other in await found(services, session, "Slot", query):
        if other["id"] not in own and datetime.fromisoformat(other["end"]) > start:
            text = f"Slot/{slot['id']} is at the time of Slot/{other['id']}, which is taken"
            raise FhirError(Category.CONFLICT, text, expression="Appointment.slot")


def _check_free(id: str, slot: Resource | None) -> None:
    if slot is None:
        text = f"Slot/{id} is not known"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Appointment.slot")
    if slot["status"] != "free":
        text = f"Slot/{id} is taken (status {slot['status']})"
        raise FhirError(Category.CONFLICT, text, expression="Appointment.slot")
