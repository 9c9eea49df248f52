"""References in a resource that is being written.

Absolute references to this very server become relative, so that search and includes find them under
one spelling; conditional references only make sense in a transaction.

https://hl7.org/fhir/R4/references.html#literal
https://hl7.org/fhir/R4/http.html#trules
"""

from collections.abc import Iterator, Sequence
from typing import Any

from cordee.access.caller import Caller
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.reference import Reference, holders, references, unbundled
from cordee.resource.types import Resource
from cordee.search.filter import AnyOf
from cordee.search.filter import Reference as ReferenceTo
from cordee.store.port import Query, Reader, Version


def localised(resource: Resource, base_url: str) -> Resource:
    """Make references to this server relative, in place; refuse conditional references.

    The resource must be the caller's own to change. What a Bundle holds stays as it is.
    """
    for held in holders(unbundled(resource)):
        text = held["reference"]
        if text.startswith(base_url):
            held["reference"] = Reference.parse(text).relative_to(base_url).text
        elif "?" in text and conditional(text):
            path = next(path for path, holder in references(resource) if holder is held)
            message = f"The conditional reference {text} is only allowed in a transaction"
            raise FhirError(Category.INVALID, message, expression=f"{path}.reference")
    return resource


def links(body: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over (expression, holder) of the references in what an entry carries.

    That is a resource, or the operations of a JSON Patch, which travel as data of a Binary.
    """
    if isinstance(body, dict):
        for path, holder in references(unbundled(body)):
            yield f"{path}.reference", holder
    elif isinstance(body, list):
        for operation in body:
            for holder in holders(operation) if isinstance(operation, dict) else ():
                yield "data", holder


def conditional(text: str) -> tuple[str, str] | None:
    """Split `Patient?identifier=1` into type and query; None for any other reference."""
    type, mark, query = text.partition("?")
    return (type, query) if mark and type.isalpha() and type[0].isupper() else None


async def check_integrity(
    services: Services, reader: Reader, request: Request, resource: Resource
) -> None:
    """Raise UNPROCESSABLE naming the first local reference whose target does not exist.

    What the caller may not see does not exist. Does nothing unless the setting
    `referential_integrity` asks for it.
    """
    if not services.settings.referential_integrity:
        return
    held = [
        (path, holder["reference"], key)
        for path, holder in references(unbundled(resource))
        if (key := local_key(services, holder["reference"]))
    ]
    keys = sorted({key for _, _, key in held})
    known = await visibility.living(services, reader, request.caller, keys) if held else {}
    for path, text, key in held:
        if key not in known:
            message = f"The reference {text} points to nothing on this server"
            raise FhirError(Category.UNPROCESSABLE, message, expression=f"{path}.reference")


def local_key(services: Services, text: str) -> tuple[str, str] | None:
    """Give the (type, id) a relative literal reference points to, else None."""
    parsed = Reference.parse(text)
    if parsed.kind != "relative" or parsed.type is None or parsed.id is None:
        return None
    return (parsed.type, parsed.id) if services.repository.is_resource(parsed.type) else None


TELLING = frozenset({"AuditEvent", "Provenance"})
"""What tells of a resource, and stays true when that is gone."""


async def check_unreferenced(
    services: Services, reader: Reader, caller: Caller, gone: Sequence[Version]
) -> None:
    """Raise CONFLICT if a living resource still points to one of the deleted, inside the session.

    Does nothing unless the setting `referential_integrity` asks for it.
    """
    if not gone or not services.settings.referential_integrity:
        return
    targets = tuple(f"{version.type}/{version.id}" for version in gone)
    for type in services.repository.resource_types:
        indexes = [
            parameter.code
            for parameter in services.repository.search_parameters(type)
            if parameter.type == "reference"
        ]
        if not indexes or type in TELLING:
            continue
        filter = AnyOf(tuple(ReferenceTo(index, targets) for index in indexes))
        page = await reader.search(Query((type,), filter, count=1))
        if page.matches:
            holder = page.matches[0]
            key = (holder.type, holder.id)
            seen = await visibility.living(services, reader, caller, [key])
            name = f"{holder.type}/{holder.id}" if key in seen else "Another resource"
            message = f"{name} still refers to a resource to be deleted"
            raise FhirError(Category.CONFLICT, message)
