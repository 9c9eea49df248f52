"""The two patients that `$merge` and `$unmerge` are called with.

https://hl7.org/fhir/R4/operations.html
"""

from dataclasses import dataclass
from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions import answer, visibility
from cordee.interactions.candidate import permit
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.operations.merging.records import REPLACED, REPLACES, linked
from cordee.operations.parameters import Arguments
from cordee.resource import json
from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.search.filter import Token, all_of
from cordee.store.port import Query, Reader, Version

WORDS = ("source", "target")


@dataclass(frozen=True, slots=True)
class Record:
    """A patient as stored."""

    version: Version
    resource: Resource

    @property
    def reference(self) -> str:
        """The record's reference, "Patient/1"."""
        return f"Patient/{self.version.id}"


async def named(services: Services, request: Request, arguments: Arguments) -> tuple[str, str]:
    """Give the ids of source and target.

    Raises INVALID where one is missing or both are one, NOT_FOUND or MULTIPLE_MATCHES where an
    identifier does not name exactly one patient.
    """
    source, target = [await _named(services, request, arguments, word) for word in WORDS]
    if source == target:
        raise FhirError(Category.INVALID, f"Patient/{source} cannot be merged with itself")
    return source, target


async def record(services: Services, request: Request, reader: Reader, id: str) -> Record:
    """Read a patient as far as the caller may see it. Raises NOT_FOUND."""
    version = await visibility.held(services, reader, request.caller, "Patient", id)
    if version is None or version.deleted:
        raise answer.not_found("Patient", id)
    return Record(version, json.parse(version.body))


async def joined(
    services: Services, request: Request, reader: Reader, source: str, target: str
) -> tuple[Record, Record]:
    """Read two patients that were merged: whoever may change the one that goes on has both.

    The circle of the one that ended may have moved with its references, so that nobody else sees
    it. Raises NOT_FOUND, FORBIDDEN, or CONFLICT when the target was merged further.
    """
    staying = await record(services, request, reader, target)
    allow(services, request, staying, staying.resource)
    further = linked(staying.resource, REPLACED)
    if further:
        raise FhirError(
            Category.CONFLICT, f"{staying.reference} was merged into {further[0]}: undo that first"
        )
    if f"Patient/{source}" not in linked(staying.resource, REPLACES):
        return await record(services, request, reader, source), staying
    version = await reader.read("Patient", source)
    if version is None or version.deleted:
        raise answer.not_found("Patient", source)
    return Record(version, json.parse(version.body)), staying


def allow(services: Services, request: Request, record: Record, made: Resource) -> None:
    """Raise FORBIDDEN unless the caller may change the patient so."""
    extract = services.registry.extract
    permit(
        services,
        request,
        "update",
        "Patient",
        lambda: (extract(record.resource), extract(made)),
    )


async def _named(services: Services, request: Request, arguments: Arguments, word: str) -> str:
    reference = arguments.element(f"{word}-patient", "Reference")
    if reference is not None:
        return _id(request, word, reference)
    identifier = arguments.element(f"{word}-patient-identifier", "Identifier")
    if identifier is None:
        raise FhirError(
            Category.INVALID,
            f"Name the {word}: {word}-patient or {word}-patient-identifier",
        )
    return await _identified(services, request, word, identifier)


def _id(request: Request, word: str, reference: dict[str, Any]) -> str:
    found = Reference.parse(str(reference.get("reference"))).relative_to(request.base_url)
    if found.kind != "relative" or found.type != "Patient" or found.id is None:
        text = f"{word}-patient must refer to a Patient of this server"
        raise FhirError(Category.INVALID, text, expression=f"{word}-patient")
    return found.id


async def _identified(
    services: Services, request: Request, word: str, identifier: dict[str, Any]
) -> str:
    system, value = identifier.get("system"), identifier.get("value")
    if not isinstance(value, str):
        text = f"{word}-patient-identifier needs a value"
        raise FhirError(Category.INVALID, text, expression=f"{word}-patient-identifier")
    limited = services.policy.narrow(
        request.caller, "Patient", all_of((Token("identifier", system, value),))
    )
    page = await services.store.search(Query(("Patient",), limited, count=2))
    if len(page.matches) != 1:
        count = "no patient" if not page.matches else "several patients"
        category = Category.NOT_FOUND if not page.matches else Category.MULTIPLE_MATCHES
        raise FhirError(category, f"{word}-patient-identifier names {count}")
    return page.matches[0].id
