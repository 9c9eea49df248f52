"""Everything an interaction works with, handed over once at start-up."""

import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

from cordee.access.audit.act import Audit, NoAudit
from cordee.access.authentication import Authentication, NoAuthentication
from cordee.access.policy import OpenPolicy, Policy
from cordee.definitions.repository import Repository
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request, Response
from cordee.resource.types import Resource
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.port import Reader, Store, WriteSession
from cordee.terminology import Terminology
from cordee.validation.validator import Validator


def now() -> datetime:
    """Give the time to the millisecond, which is what the store and `meta.lastUpdated` keep."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_id() -> str:
    """Make a resource id: a UUID of version 7, unguessable and ascending, so indexes stay warm."""
    random = int.from_bytes(os.urandom(10))
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | (random >> 68) << 64
    # Written by hand: uuid.UUID takes twice as long.
    text = f"{value | 0b10 << 62 | random & (1 << 62) - 1:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_ids(count: int) -> list[str]:
    """Make many resource ids at once, each as `new_id` makes it, at a quarter of its time."""
    moment, random = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10 * count).hex()
    start = f"{moment[:8]}-{moment[8:]}-7"
    return [
        f"{start}{random[at : at + 3]}-{_VARIANTS[random[at + 3]]}{random[at + 4 : at + 7]}-"
        f"{random[at + 7 : at + 19]}"
        for at in range(0, 20 * count, 20)
    ]


_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


@dataclass(frozen=True, slots=True)
class OperationEntry:
    """One operation offered (https://hl7.org/fhir/R4/operations.html).

    `types` are the resource types it exists on; `system`, `type_level` and `instance_level` the
    levels it can be called at. One that is `lenient` gets bodies with faults, and tells of them.
    """

    code: str
    definition: str
    run: "Callable[[Services, Request], Awaitable[Response]]"
    types: tuple[str, ...] = ()
    system: bool = False
    type_level: bool = False
    instance_level: bool = False
    affects_state: bool = False
    lenient: bool = False
    raw: bool = False
    """Whether a body that is no FHIR resource reaches it as a Binary."""


@dataclass(frozen=True, slots=True, eq=False)
class Services:
    """The ports and registries of one server; equal only to itself, so that it can key caches."""

    repository: Repository
    registry: SearchRegistry
    store: Store
    validator: Validator
    terminology: Terminology
    settings: Settings
    authentication: Authentication = field(default_factory=NoAuthentication)
    policy: Policy = field(default_factory=OpenPolicy)
    audit: Audit = field(default_factory=NoAudit)
    operations: tuple[OperationEntry, ...] = ()
    admissions: "Mapping[str, Admission]" = field(default_factory=dict)
    requirements: "Mapping[str, Sequence[Requirement]]" = field(default_factory=dict)
    guards: "Mapping[str, Sequence[Guard]]" = field(default_factory=dict)
    submissions: "Sequence[Submission]" = ()
    instantiates: tuple[str, ...] = ()
    """The CapabilityStatements of guides that this server is as they want."""
    learners: "Mapping[str, Learner]" = field(default_factory=dict)
    subscription_topics: "Callable[[Services], tuple[str, ...]]" = lambda _: ()
    clock: Callable[[], datetime] = now
    started: datetime = field(default_factory=now)
    """When this server began to be what it says it is."""
    new_id: Callable[[], str] = new_id


Admission: TypeAlias = "Callable[[Services, Request, Resource], Resource]"
"""What else must hold for a type: gives a valid resource as it is to be stored, or raises."""

Learner: TypeAlias = "Callable[[Services, str, int, bytes | None], None]"
"""Hears of each version committed here of a type: id, version, and the body unless deleted."""

Interaction: TypeAlias = Callable[[Services, Request], Awaitable[Response]]
"""What every module of this package offers."""


class Requirement(Protocol):
    """What the record must be like for a change of it; `Services.requirements` lists it by type.

    It only reads, so that a create may still be committed together with others.
    """

    async def check(
        self, services: Services, reader: Reader, request: Request, changes: Sequence[Change]
    ) -> None:
        """Raise `FhirError` (CONFLICT, UNPROCESSABLE) where one of the changes may not be."""
        ...


class Submission(Protocol):
    """What a transaction must be that claims to be of a kind, and what follows from it."""

    def concerns(self, bundle: Resource) -> bool:
        """Tell whether a transaction is of this kind."""
        ...

    async def admit(self, services: Services, request: Request) -> Request:
        """Give the request as it is to be done. Raises `FhirError` where it may not be."""
        ...

    async def follow(
        self,
        services: Services,
        session: WriteSession,
        request: Request,
        answers: Mapping[int, Response],
    ) -> Callable[[], Awaitable[None]]:
        """Look at what the session has stored, by entry; store what follows from it.

        Gives what is to be done once all that is committed. It may be run again from the start.
        Raises `FhirError` to undo all.
        """
        ...


class Guard(Protocol):
    """A rule that holds between resources; `Services.guards` lists it under each type it watches.

    `cordee.interactions.guard` shows it every change of that type.
    """

    def concerns(self, change: Change) -> bool:
        """Tell quickly, from the change alone, whether there is anything to look at."""
        ...

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Look at a change that the session has stored already, and give what follows from it.

        A resource with an id is stored as its next version, one without as a new one. Locks come
        before the reads they protect. Raises `FhirError` (CONFLICT, UNPROCESSABLE) to undo all.
        """
        ...
