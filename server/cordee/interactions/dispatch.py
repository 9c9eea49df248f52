"""From an entry of a Bundle to the interaction it asks for.

https://hl7.org/fhir/R4/http.html#transaction
"""

from collections.abc import Awaitable, Callable, Iterator

from cordee.access.audit.act import Act
from cordee.errors import Category, FhirError
from cordee.interactions import auditing
from cordee.interactions.capabilities import capabilities
from cordee.interactions.create import create
from cordee.interactions.delete import delete
from cordee.interactions.entry import Entry, Kind
from cordee.interactions.exchange import Request, Response
from cordee.interactions.history import history, history_from
from cordee.interactions.patch import patch
from cordee.interactions.read import read, read_from
from cordee.interactions.search import search, search_from
from cordee.interactions.services import Interaction, OperationEntry, Services
from cordee.interactions.update import update
from cordee.interactions.vread import vread, vread_from
from cordee.store.port import Reader

INTERACTIONS: dict[tuple[str, Kind], Interaction] = {
    ("GET", "base"): search,
    ("GET", "type"): search,
    ("GET", "compartment"): search,
    ("GET", "instance"): read,
    ("GET", "version"): vread,
    ("GET", "history"): history,
    ("GET", "metadata"): capabilities,
    ("POST", "type"): create,
    # French guides post to Type/id: the id is the client's own and is not kept.
    ("POST", "instance"): create,
    ("PUT", "type"): update,
    ("PUT", "instance"): update,
    ("PATCH", "type"): patch,
    ("PATCH", "instance"): patch,
    ("DELETE", "type"): delete,
    ("DELETE", "instance"): delete,
}
"""What a method means at a place; HEAD is a GET whose content is left out."""

READS: dict[Interaction, Callable[[Services, Reader, Request], Awaitable[Response]]] = {
    search: search_from,
    read: read_from,
    vread: vread_from,
    history: history_from,
}
"""Reads that can go through a session, and so see what a transaction has written."""


def interaction(services: Services, entry: Entry) -> Interaction:
    """Find what an entry asks for; raises METHOD_NOT_ALLOWED or NOT_FOUND naming the element."""
    if entry.kind == "operation":
        return operation(services, entry).run
    method = "GET" if entry.method == "HEAD" else entry.method
    found = INTERACTIONS.get((method, entry.kind))
    if found is None:
        text = f"{entry.method} is not possible at this URL"
        where = f"{entry.path}.request.method"
        raise FhirError(Category.METHOD_NOT_ALLOWED, text, expression=where)
    return found


def operation(services: Services, entry: Entry) -> OperationEntry:
    """Find the operation an entry calls."""
    request = entry.request
    for offered in services.operations:
        level = (
            offered.system
            if request.type is None
            else (offered.instance_level if request.id else offered.type_level)
            and (request.type in offered.types or "Resource" in offered.types)
        )
        if offered.code == entry.operation and level:
            if entry.method == "GET" and offered.affects_state:
                text = f"${offered.code} changes something and wants a POST"
                raise FhirError(Category.METHOD_NOT_ALLOWED, text)
            return offered
    raise FhirError(Category.NOT_FOUND, f"The operation ${entry.operation} is not offered here")


def audited(
    services: Services, entry: Entry, begun: float, outcome: Response | Exception
) -> Iterator[Act]:
    """Give what the audit records of an entry."""
    if not services.audit.on:
        return iter(())
    if entry.kind == "operation":
        changes = entry.method == "POST" and any(
            offered.affects_state and offered.code == entry.operation
            for offered in services.operations
        )
        name = f"${entry.operation}"
        return auditing.acts(name, entry.request, begun, outcome, affects_state=changes)
    method = "GET" if entry.method == "HEAD" else entry.method
    found = INTERACTIONS.get((method, entry.kind))
    return auditing.acts(found.__name__ if found else "batch", entry.request, begun, outcome)


async def perform(services: Services, entry: Entry) -> Response:
    """Do what an entry of a batch asks for, by itself."""
    return await interaction(services, entry)(services, entry.request)


async def perform_in(services: Services, reader: Reader, entry: Entry) -> Response:
    """Do what a reading entry of a transaction asks for, through its session."""
    found = interaction(services, entry)
    through = READS.get(found)
    if through is None:
        # Operations write on their own terms, which one transaction cannot take back.
        if entry.kind == "operation" and operation(services, entry).affects_state:
            text = f"${entry.operation} cannot be part of a transaction"
            raise FhirError(Category.UNSUPPORTED, text)
        return await found(services, entry.request)
    return await through(services, reader, entry.request)
