"""An appointment holds its slots: one that is taken cannot be taken again.

Slots turn `busy` with the appointment that books them and `free` when it lets go of them, in the
same transaction, so of two who book at once one is refused.

https://hl7.org/fhir/R4/appointment.html
https://hl7.org/fhir/R4/slot.html
"""

from collections.abc import Sequence

from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

HOLDING = frozenset({"pending", "booked", "arrived", "checked-in", "fulfilled"})
"""The statuses of an appointment that keep its slots from others."""


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
        services: Services,  # noqa: ARG002 - the port's shape
        session: WriteSession,
        request: Request,  # noqa: ARG002
        change: Change,
    ) -> Sequence[Resource]:
        """Give the slots in their new state. Raises CONFLICT for a slot that is not free."""
        was, becomes = held(change.before), held(change.after)
        slots = await session.read_many([("Slot", id) for id in sorted(was | becomes)])
        stored = {id: json.parse(version.body) for (_, id), version in slots.items()}
        for id in sorted(becomes - was):
            _check_free(id, stored.get(id))
        taken = [stored[id] | {"status": "busy"} for id in sorted(becomes - was)]
        let_go = [stored[id] for id in sorted(was - becomes) if id in stored]
        freed = [slot | {"status": "free"} for slot in let_go if slot["status"] == "busy"]
        return (*taken, *freed)


def _check_free(id: str, slot: Resource | None) -> None:
    if slot is None:
        text = f"Slot/{id} is not known"
        raise FhirError(Category.UNPROCESSABLE, text, expression="Appointment.slot")
    if slot["status"] != "free":
        text = f"Slot/{id} is taken (status {slot['status']})"
        raise FhirError(Category.CONFLICT, text, expression="Appointment.slot")
