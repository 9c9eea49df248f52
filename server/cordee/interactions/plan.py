"""What a transaction is going to do, as far as its entries alone tell.

https://hl7.org/fhir/R4/http.html#trules
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cordee.access.caller import ANONYMOUS, Caller
from cordee.interactions import conditional, identity, target, update
from cordee.interactions.candidate import body_of
from cordee.interactions.conditional import Criteria
from cordee.interactions.entry import Entry, at
from cordee.interactions.identity import Write
from cordee.interactions.resolution import ConditionalReference, conditional_references
from cordee.interactions.services import Services

ORDER = ("POST", "PUT", "PATCH")
CHANGED = ("type", "instance")
"""Where entries write; at other places they read or call operations."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The entries by what they do, in the order of processing."""

    deletes: tuple[tuple[Entry, Criteria | None], ...]
    writes: tuple[Write, ...]
    reads: tuple[Entry, ...]
    references: tuple[ConditionalReference, ...]
    lock_keys: tuple[str, ...]
    """What to lock, in one order for everyone, so that sessions do not wait in a circle."""
    keys: tuple[tuple[str, str], ...]
    """(type, id) of all resources that entries name by id."""
    caller: Caller = ANONYMOUS

    @classmethod
    def of(cls, services: Services, entries: Sequence[Entry]) -> "Plan":
        """Sort the entries, read their criteria, and assign the ids of new resources.

        Raises `FhirError` for what is wrong in the entries themselves.
        """
        changes = [entry for entry in entries if entry.kind in CHANGED]
        deletes = tuple(_delete(services, entry) for entry in changes if entry.method == "DELETE")
        writes = tuple(
            _write(services, entry)
            for method in ORDER
            for entry in changes
            if entry.method == method
        )
        done = {entry.index for entry, _ in deletes} | {write.entry.index for write in writes}
        asked = [criteria for _, criteria in deletes] + [write.criteria for write in writes]
        named = [entry for entry, criteria in deletes if criteria is None]
        plan = cls(
            deletes=deletes,
            writes=writes,
            reads=tuple(entry for entry in entries if entry.index not in done),
            references=conditional_references(services, [write.entry for write in writes]),
            lock_keys=tuple(
                sorted({key for criteria in asked if criteria for key in criteria.locks})
            ),
            keys=_keys(named, writes),
            caller=entries[0].request.caller if entries else ANONYMOUS,
        )
        gone = [(entry, f"{entry.request.type}/{entry.request.id}") for entry in named]
        identity.check_distinct([write for write in writes if write.criteria is None], gone)
        return plan

    @property
    def open(self) -> bool:
        """Tell whether what is written depends on what the database holds."""
        return bool(self.references) or any(write.criteria for write in self.writes)

    def fresh(self) -> tuple[Write, ...]:
        """Give the writes as planned, for one attempt to work on."""
        return tuple(replace(write) for write in self.writes)


def given_id(write: Write) -> str | None:
    """Give the id that the resource of a conditional update itself carries."""
    body = write.request.body
    own = body.get("id") if isinstance(body, dict) else None
    return None if own is None else target.checked_id(own)


def _delete(services: Services, entry: Entry) -> tuple[Entry, Criteria | None]:
    with at(entry):
        return entry, _criteria(services, entry)


def _write(services: Services, entry: Entry) -> Write:
    with at(entry):
        type = target.type_of(services, entry.request)
        write = Write(entry, entry.request, type, criteria=_criteria(services, entry))
        if entry.method == "POST":
            body_of(entry.request, type)
            write.id = services.new_id()
        elif write.criteria is None:
            write.id = target.id_of(entry.request)
            if entry.method == "PUT":
                update.check_id(body_of(entry.request, type).get("id"), write.id)
        elif entry.method == "PUT":
            body_of(entry.request, type)
            write.id = given_id(write) or services.new_id()
        return write


def _criteria(services: Services, entry: Entry) -> Criteria | None:
    """Give the criteria of a conditional entry, None for the others."""
    request = entry.request
    type = target.type_of(services, request)
    if entry.method == "POST":
        query = request.conditions.if_none_exist
        if query is None:
            return None
        return conditional.criteria(services, type, conditional.query_of(type, query))
    return conditional.criteria(services, type, request.query) if request.id is None else None


def _keys(deletes: Sequence[Entry], writes: Sequence[Write]) -> tuple[tuple[str, str], ...]:
    found = {(entry.request.type or "", entry.request.id or "") for entry in deletes}
    for write in writes:
        by_id = write.entry.method != "POST" and write.id is not None
        if by_id and write.id is not None:
            found.add((write.type, write.id))
    return tuple(sorted(found))
