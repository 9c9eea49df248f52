"""Channels: the ways a notification goes out.

https://hl7.org/fhir/R4/subscription.html#channels
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cordee.interactions.services import Services
from cordee.operations.subscription_notification import Kind, Told
from cordee.operations.subscription_terms import Terms
from cordee.resource import json


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one notification tells: its events, and how many there have been in all."""

    kind: Kind
    since_start: int
    events: Sequence[Told] = ()

    def name(self, terms: Terms) -> str:
        """Name the message; a repetition has the same name, so that it can be recognised."""
        number = self.events[-1].event.number if self.events else self.since_start
        return f"{terms.id}/{self.kind}/{number}"


class UndeliveredError(Exception):
    """A notification did not arrive.

    `refused` says that the receiver understood and does not want this message, so that repeating it
    may be in vain; `gone` that it wants none at all. `wait` are the seconds it asked for.
    """

    def __init__(
        self, text: str, *, refused: bool = False, gone: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(text)
        self.refused = refused
        self.gone = gone
        self.wait = wait


def formatted(services: Services, terms: Terms, body: bytes) -> bytes:
    """Give content in the format that the subscription asks for."""
    if "xml" not in terms.payload:
        return body
    from cordee.resource import xml  # noqa: PLC0415 - only loaded where XML is spoken

    return xml.serialize(json.parse(body), services.repository)


class Channel(Protocol):
    """One way out."""

    handshakes: bool
    """Whether a topic-based subscription begins with a handshake here."""

    async def send(self, terms: Terms, parcel: Parcel) -> None:
        """Deliver. Raises `UndeliveredError`."""
        ...

    def endpoint(self, terms: Terms) -> str:
        """Name what fails as one: the circuit opens for all subscriptions of an endpoint."""
        ...
