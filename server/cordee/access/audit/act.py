"""One thing somebody did, or tried to do, as the audit records it.

https://hl7.org/fhir/R4/auditevent.html
"""

from typing import Protocol

import msgspec

from cordee.access.caller import ANONYMOUS, Caller

APPEND_ONLY = "AuditEvent"
"""The type that nobody updates, patches or deletes."""

DENIALS = frozenset({401, 403})

WRITES = frozenset(
    {
        "create",
        "update",
        "conditional-update",
        "patch",
        "conditional-patch",
        "delete",
        "conditional-delete",
        "$export",
        "$import",
        "$meta-add",
        "$meta-delete",
    }
)


class Act(msgspec.Struct, frozen=True, gc=False):
    """One interaction, after it ended.

    `name` is the interaction's ("read", "$everything"), `status` the HTTP status it ended with,
    `begun` and `ended` are seconds since the epoch. `patients` are the ids of those whose records
    were touched, as far as known. `query` is what a search asked (`Observation?code=…`). `digest`
    is the SHA-256 of a trace that a client submitted. `details` are what else is told of a job, by
    name. Each read of the server makes one: a structure takes a third of a dataclass's time.
    """

    name: str
    status: int
    begun: float
    ended: float
    caller: Caller = ANONYMOUS
    type: str | None = None
    id: str | None = None
    version: int | None = None
    patients: tuple[str, ...] = ()
    query: str | None = None
    request_id: str = ""
    address: str | None = None
    digest: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    affects_state: bool = False

    @property
    def pressing(self) -> bool:
        """Tell whether its answer must wait until it is recorded."""
        return (
            self.affects_state
            or self.name in WRITES
            or self.status in DENIALS
            or self.caller.emergency is not None
        )


class Audit(Protocol):
    """Where acts are recorded."""

    @property
    def on(self) -> bool:
        """Tell whether anything is recorded."""
        ...

    async def record(self, *acts: Act) -> None:
        """Take acts in; returns when those that are pressing are safely stored.

        Waits when too much is queued. Raises `FhirError` UNAVAILABLE when that takes too long.
        """
        ...

    async def publish(self) -> None:
        """Make everything recorded so far findable as AuditEvents."""
        ...


class NoAudit:
    """Nothing is recorded."""

    on = False

    async def record(self, *acts: Act) -> None:
        """Record nothing."""

    async def publish(self) -> None:
        """Publish nothing."""
