"""The life of a Task that carries out a ServiceRequest: forward, never back, and an end is an end.

Steps may be skipped; `on-hold` stands beside the steps from acceptance on. `entered-in-error` is
open from everywhere, because a mistake must always be sayable. Other Tasks are free.

https://hl7.org/fhir/R4/task.html#statemachine
"""

from collections.abc import Sequence

from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

ERROR = "entered-in-error"
ENDS = frozenset({"completed", "failed", "cancelled"})
UNDERWAY = frozenset({"ready", "in-progress", "on-hold"}) | ENDS
ANSWERED = frozenset({"accepted", "rejected"}) | UNDERWAY

TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"requested", "received", "accepted", "rejected", "cancelled"}),
    "requested": frozenset({"received"}) | ANSWERED,
    "received": ANSWERED,
    "accepted": UNDERWAY,
    "ready": frozenset({"in-progress", "on-hold"}) | ENDS,
    "in-progress": frozenset({"on-hold"}) | ENDS,
    "on-hold": frozenset({"accepted", "ready", "in-progress"}) | ENDS,
    "rejected": frozenset(),
    "completed": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
    ERROR: frozenset(),
}
"""Status → where it may go from there, besides `entered-in-error`."""


def transitions() -> list[tuple[str, tuple[str, ...]]]:
    """Give the table as one reads it: each status, and where a Task may go from there, in order.

    From every status but itself a Task may become `entered-in-error`, which is not repeated here.
    """
    order = list(TRANSITIONS)
    return [(was, tuple(sorted(becomes, key=order.index))) for was, becomes in TRANSITIONS.items()]


def is_referral_task(task: Resource) -> bool:
    """Tell whether a Task is based on a ServiceRequest."""
    return any(
        "ServiceRequest/" in based.get("reference", "") or based.get("type") == "ServiceRequest"
        for based in task.get("basedOn", ())
    )


class ReferralLife:
    """Refuses a step that the table does not have."""

    def concerns(self, change: Change) -> bool:
        """Look at every change of status of a referral's Task, also if it lets go of it."""
        before, after = change.before, change.after
        if before is None or after is None or before.get("status") == after.get("status"):
            return False
        return is_referral_task(before) or is_referral_task(after)

    async def follow(
        self,
        services: Services,  # noqa: ARG002 - the port's shape
        session: WriteSession,  # noqa: ARG002
        request: Request,  # noqa: ARG002
        change: Change,
    ) -> Sequence[Resource]:
        """Raise CONFLICT, telling where the Task may go from here; nothing follows."""
        was, becomes = (
            state.get("status", "") for state in (change.before or {}, change.after or {})
        )
        open = TRANSITIONS.get(was, frozenset())
        if becomes in open or (becomes == ERROR and was != ERROR):
            return ()
        where = f"it may become {', '.join(sorted(open))}" if open else "that is an end"
        text = f"Task/{change.id} is {was} and cannot become {becomes}: {where}"
        raise FhirError(Category.CONFLICT, text, expression="Task.status")
