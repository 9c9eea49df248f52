"""Conditional references of a transaction: what `Patient?identifier=…` points to.

https://hl7.org/fhir/R4/http.html#trules
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cordee.errors import Category, FhirError
from cordee.interactions import conditional
from cordee.interactions.conditional import Criteria
from cordee.interactions.entry import Entry, at
from cordee.interactions.identity import Write
from cordee.interactions.linking import conditional as split
from cordee.interactions.linking import links
from cordee.interactions.services import Services
from cordee.store.port import Reader


@dataclass(frozen=True, slots=True)
class ConditionalReference:
    """One spelling of a conditional reference, where it first stands, and what it asks."""

    text: str
    entry: Entry
    path: str
    criteria: Criteria


def conditional_references(
    services: Services, entries: Iterable[Entry]
) -> tuple[ConditionalReference, ...]:
    """Find the conditional references in the resources of entries, each spelling once."""
    found: dict[str, ConditionalReference] = {}
    for entry in entries:
        for path, holder in links(entry.request.body):
            text = holder["reference"]
            parts = split(text) if "?" in text and text not in found else None
            if parts is not None:
                with at(entry):
                    asked = _criteria(services, parts, path)
                found[text] = ConditionalReference(text, entry, path, asked)
    return tuple(found.values())


def _criteria(services: Services, parts: tuple[str, str], path: str) -> Criteria:
    type, query = parts
    if not services.repository.is_resource(type):
        raise FhirError(Category.INVALID, f"{type} is not a resource type", expression=path)
    try:
        return conditional.criteria(services, type, conditional.pairs(query))
    except FhirError as error:
        raise FhirError(error.category, str(error), expression=path) from None


async def resolve(
    services: Services,
    reader: Reader,
    writes: Iterable[Write],
    asked: Iterable[ConditionalReference],
) -> dict[str, str]:
    """Give spelling → `Type/id`.

    An entry of the Bundle with the very same criteria is meant first, whether it finds or creates
    its resource; else exactly one resource of the server must match.
    """
    within = {
        write.criteria.key: write.identity
        for write in writes
        if write.criteria is not None and write.identity is not None
    }
    found: dict[str, str] = {}
    for reference in asked:
        identity = within.get(reference.criteria.key)
        if identity is None:
            with at(reference.entry):
                identity = await _sole(services, reader, reference)
        found[reference.text] = identity
    return found


async def _sole(services: Services, reader: Reader, reference: ConditionalReference) -> str:
    caller = reference.entry.request.caller
    matches = await conditional.matching(services, reader, caller, reference.criteria)
    if len(matches) == 1:
        return f"{matches[0].type}/{matches[0].id}"
    many = len(matches) > 1
    text = f"The reference {reference.text} matches {'several resources' if many else 'nothing'}"
    category = Category.MULTIPLE_MATCHES if many else Category.PRECONDITION_FAILED
    raise FhirError(category, text, expression=reference.path)
