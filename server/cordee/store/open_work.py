"""Work that is not over has an index of marks of its own: lists of it do not pass what years did.

Who asks for the open tasks of all their patients has them looked up by patient. In the index of all
marks that finds every task these patients ever had, to be read for its status; in this one only
those that are open. MongoDB takes the index where the search says that nothing else can match, in
the words of the index: `narrowed` adds them.

https://www.mongodb.com/docs/manual/core/index-partial/
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cordee.search.filter import AnyOf, Filter, Token, TokenIn
from cordee.store.connection import Document


@dataclass(frozen=True, slots=True)
class Status:
    """The parameter that tells how far work is, and its codes before the end."""

    index: str
    codes: tuple[str, ...]

    @property
    def open(self) -> Document:
        """Give the condition that work is not over."""
        return {f"sp.{self.index}.v": {"$in": list(self.codes)}}


_REQUEST = Status("status", ("active", "draft", "on-hold"))

OPEN: Mapping[str, Status] = {
    "Appointment": Status(
        "status", ("arrived", "booked", "checked-in", "pending", "proposed", "waitlist")
    ),
    "CarePlan": _REQUEST,
    "Communication": Status("status", ("in-progress", "on-hold", "preparation")),
    "CommunicationRequest": _REQUEST,
    "Condition": Status("clinical-status", ("active", "recurrence", "relapse")),
    "DeviceRequest": _REQUEST,
    "Encounter": Status("status", ("arrived", "in-progress", "onleave", "planned", "triaged")),
    "EpisodeOfCare": Status("status", ("active", "onhold", "planned", "waitlist")),
    "Flag": Status("status", ("active",)),
    "Goal": Status("lifecycle-status", ("accepted", "active", "on-hold", "planned", "proposed")),
    "MedicationRequest": _REQUEST,
    "RequestGroup": _REQUEST,
    "ServiceRequest": _REQUEST,
    "Task": Status(
        "status",
        ("accepted", "draft", "in-progress", "on-hold", "ready", "received", "requested"),
    ),
}
"""Types of which records fill with what is over."""


def narrowed(type: str, conditions: Iterable[Filter]) -> Document:
    """Say in the words of the index that work is open, where `conditions` imply it; else nothing.

    The conditions must all hold.
    """
    status = OPEN.get(type)
    if status is None:
        return {}
    asked = (_codes(condition, status.index) for condition in conditions)
    return status.open if any(found and found.issubset(status.codes) for found in asked) else {}


def _codes(node: Filter, index: str) -> frozenset[str]:
    """Give the codes one of which a match has at an index; none where that cannot be told."""
    match node:
        case Token(code=str(code), type_code=None) if node.index == index:
            return frozenset((code,))
        case TokenIn(codes=pairs) if node.index == index:
            return frozenset(code for _, code in pairs)
        case AnyOf(children):
            each = [_codes(child, index) for child in children]
            return frozenset[str]().union(*each) if all(each) else frozenset()
    return frozenset()
