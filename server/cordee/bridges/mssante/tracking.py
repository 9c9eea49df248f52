"""What became of a Communication that left by mail: one delivery for each recipient.

Receipts come in any order, late and twice: a delivery only moves forward, and the status of the
whole follows from its deliveries.

https://hl7.org/fhir/R4/communication.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from cordee.coordination.message import UNSENT, is_message
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource

EXTENSION = "https://cordee.example/fhir/StructureDefinition/mssante-delivery"
State = Literal["queued", "sent", "delayed", "relayed", "delivered", "failed", "read", "refused"]
"""How far a mail came, in the order in which one may follow another."""
_ORDER: Mapping[str, int] = {name: rank for rank, name in enumerate(get_args(State))}
ARRIVED = frozenset(("delivered", "read"))
LOST = frozenset(("failed", "refused"))
_ENDED = ARRIVED | LOST | {"relayed"}
TRACKED = frozenset(("meta", "status", "statusReason", "sent", "received", "extension", "text"))
"""Elements that following a mail may change, and that are therefore no part of what is sent."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to one mailbox."""

    address: str
    message_id: str
    state: State
    time: str
    recipient: str | None = None
    reason: str | None = None

    @property
    def left(self) -> bool:
        """Tell whether the operator took the mail, as far as the message tells."""
        return self.state not in {"queued", "failed"}


def deliveries(communication: Resource) -> Iterator[Delivery]:
    """Give the deliveries of a message."""
    for row in communication.get("extension") or ():
        if row.get("url") == EXTENSION:
            held = {part.get("url"): part for part in row.get("extension") or ()}
            yield Delivery(
                address=str(_value(held, "address")),
                message_id=str(_value(held, "messageId")),
                state=_value(held, "state") if _value(held, "state") in _ORDER else "queued",
                time=str(_value(held, "time")),
                recipient=(_value(held, "recipient") or {}).get("reference"),
                reason=_value(held, "reason"),
            )


def _value(held: Mapping[Any, Any], name: str) -> Any:
    row = held.get(name) or {}
    return next((value for key, value in row.items() if key.startswith("value")), None)


def put(communication: Resource, delivery: Delivery) -> Resource:
    """Give the message with a delivery added, or in the place of the one to that mailbox."""
    rows = [row for row in deliveries(communication) if row.message_id != delivery.message_id]
    return _with(communication, [*rows, delivery])


def follow(
    communication: Resource,
    message_id: str,
    state: State,
    moment: datetime,
    reason: str = "",
    *,
    anew: bool = False,
) -> Resource | None:
    """Give the message with what was heard of a mail; None where it is not news.

    `anew` says that the mail was sent again, whatever was heard before.
    """
    rows, changed = list(deliveries(communication)), False
    for number, row in enumerate(rows):
        forward = _ORDER[state] > _ORDER[row.state]
        if row.message_id == message_id and (forward or (anew and state != row.state)):
            told = instant(moment)
            rows[number] = replace(row, state=state, time=told, reason=reason or None)
            changed = True
    return _with(communication, rows) if changed else None


def _with(communication: Resource, rows: list[Delivery]) -> Resource:
    others = [row for row in communication.get("extension") or () if row.get("url") != EXTENSION]
    made = communication | {"extension": [*others, *(_written(row) for row in rows)]}
    if is_message(communication):
        # Said to the circle, it stays as it was said: the mail is but a way it went.
        made["status"] = "completed" if made["status"] in UNSENT else made["status"]
        return made
    made["status"] = _status(rows)
    lost = [f"{row.address}: {row.reason or row.state}" for row in rows if row.state in LOST]
    made.pop("statusReason", None)
    if lost:
        made["statusReason"] = {"text": "; ".join(lost)}
    left = [row.time for row in rows if row.left]
    arrived = [row.time for row in rows if row.state in ARRIVED]
    if left:
        made.setdefault("sent", min(left))
    if arrived:
        made.setdefault("received", min(arrived))
    return made


def _status(rows: list[Delivery]) -> str:
    """Tell the status of the whole: over when no more is to be heard, undone when all is lost."""
    states = {row.state for row in rows}
    if not states <= _ENDED:
        return "in-progress"
    return "not-done" if states <= LOST else "completed"


def _written(row: Delivery) -> Resource:
    parts: list[tuple[str, str, Any]] = [
        ("address", "valueString", row.address),
        ("messageId", "valueString", row.message_id),
        ("state", "valueCode", row.state),
        ("time", "valueInstant", row.time),
        ("recipient", "valueReference", {"reference": row.recipient} if row.recipient else None),
        ("reason", "valueString", row.reason),
    ]
    held = [{"url": url, key: value} for url, key, value in parts if value]
    return {"url": EXTENSION, "extension": held}
