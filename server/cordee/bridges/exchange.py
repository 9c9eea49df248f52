"""What bridges and their queue say to each other: an exchange, and how an attempt at it ends.

A handler gets an exchange that is to be made, and makes it. It may be called again for the same
exchange after a crash, so it must be safe to run twice: external ids are in the exchange from the
beginning, and a repetition that the other side recognises as such is done.
"""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from cordee.access.audit.act import Act
from cordee.access.caller import ANONYMOUS, Caller
from cordee.interactions.services import Services
from cordee.resource.reference import Reference
from cordee.store.exchange_queue import STATES, Exchange, ExchangeQueue, State
from cordee.store.port import WriteSession

__all__ = [
    "STATES",
    "Bridge",
    "Done",
    "Exchange",
    "ExchangeQueue",
    "Handler",
    "Handlers",
    "Later",
    "Outcome",
    "Quarantined",
    "Refused",
    "State",
    "caller_of",
    "enqueue",
    "record",
    "written",
]


@dataclass(frozen=True, slots=True)
class Done:
    """It is done; `result` holds what the other side gave (plain JSON: external ids)."""

    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Later:
    """It did not succeed, and may when tried again: after `wait` seconds, if the other side said.

    Without `wait` pauses double. After `CORDEE_BRIDGES_GIVE_UP_HOURS` it is given up ("failed").
    """

    reason: str
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """One side will not have it, as it is: an operator may order it anew once that is mended."""

    reason: str
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """It is broken or dangerous, and set apart for somebody to look at."""

    reason: str
    result: Mapping[str, Any] = field(default_factory=dict)


Outcome: TypeAlias = Done | Later | Refused | Quarantined
Handler: TypeAlias = Callable[[Exchange], Awaitable[Outcome]]
"""Makes an exchange. A `FhirError` UNAVAILABLE means "later", another one "refused"; any other
exception is a bug, tried again a few times and then given up."""
Handlers: TypeAlias = Mapping[tuple[str, str], Handler]
"""By bridge and action: ("dmp", "iti-41")."""
Bridge: TypeAlias = Callable[[Services], AbstractAsyncContextManager[Handlers]]
"""Opens a bridge for the life of the server: its handlers, none where it is not configured."""

_STATUS: dict[State, int] = {
    "waiting": 202,
    "sending": 202,
    "done": 200,
    "failed": 502,
    "refused": 422,
    "quarantined": 422,
}
"""What each state is as the HTTP status that the audit tells outcomes by."""


def written(caller: Caller) -> str:
    """Write who asks, as exchanges keep them."""
    return msgspec.json.encode(caller.at_rest()).decode()


def caller_of(exchange: Exchange) -> Caller:
    """Give who asked for an exchange."""
    return msgspec.json.decode(exchange.caller, type=Caller) if exchange.caller else ANONYMOUS


async def enqueue(
    services: Services,
    queue: ExchangeQueue,
    exchange: Exchange,
    session: WriteSession | None = None,
) -> Exchange:
    """Queue an exchange with its line of audit; give the one of that key that is there.

    Inside a write session it is queued with that session's commit, and the caller of the session
    has it recorded (`record`) once that is done.
    """
    kept, new = await queue.add(exchange, session)
    if new and session is None:
        await record(services, kept)
    return kept


async def record(services: Services, exchange: Exchange, caller: Caller | None = None) -> None:
    """Write the state of an exchange to the audit; `caller` is who changed it, if not its own."""
    if services.audit.on:
        await services.audit.record(*_acts(exchange, caller or caller_of(exchange)))


def _acts(exchange: Exchange, caller: Caller) -> Iterator[Act]:
    """Give what is recorded: one line for each resource it carries."""
    now = time.time()
    subject = exchange.subject or ""
    for about in exchange.about or ("",):
        reference = Reference.parse(about)
        version = reference.version or ""
        yield Act(
            name=f"${exchange.bridge}-{exchange.action}-{exchange.state}",
            status=_STATUS[exchange.state],
            begun=now,
            ended=now,
            caller=caller,
            type=reference.type,
            id=reference.id,
            version=int(version) if version.isdecimal() else None,
            patients=(subject.removeprefix("Patient/"),) if subject else (),
            request_id=exchange.id,
            affects_state=True,
        )
