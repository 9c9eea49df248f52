"""Versions of a document: is it here already, what does it replace, has it been replaced?

https://hl7.org/fhir/R4/documentreference-definitions.html#DocumentReference.relatesTo
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.reading.document_reference import VERSION
from cordee.bridges.cda.reading.holders import found, tokens
from cordee.bridges.cda.reading.identifiers import identifier
from cordee.bridges.cda.reading.node import Node
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.types import Resource


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a document stands among its versions.

    `same` is the document itself when it is stored, `former` the stored document that it replaces,
    `parent` the identifier of the one that it says it replaces, `later` a newer version stored.
    """

    same: Resource | None = None
    former: Resource | None = None
    parent: dict[str, Any] | None = None
    later: Resource | None = None

    @property
    def since(self) -> datetime | None:
        """When the former document was stored: what changed later was changed by hand."""
        told = (self.former or {}).get("meta", {}).get("lastUpdated")
        return datetime.fromisoformat(told) if told else None


async def lineage(services: Services, request: Request, document: Document) -> Lineage:
    """Find the stored versions of a document. Raises UNPROCESSABLE when it has no id."""
    root = Node(document.root)
    own, set = identifier(root.one("id")), identifier(root.one("setId"))
    parent = identifier(root.at("relatedDocument", "parentDocument", "id"))
    if own is None:
        raise FhirError(
            Category.UNPROCESSABLE, "The document has no id", expression="ClinicalDocument.id"
        )
    asked = [row for row in (own, set, parent) if row and "system" in row]
    pairs = [(row["system"], row["value"]) for row in asked]
    rows = await found(services, request, "DocumentReference", identifier=tokens(pairs))
    same = next((row for row in rows if _is(row, own)), None)
    number = _number(document)
    family = [row for row in rows if row is not same and set and set in _sets(row)]
    replaced = next((row for row in rows if parent and _is(row, parent)), None)
    earlier = [row for row in family if _version(row) < number]
    former = replaced or max(earlier, key=_version, default=None)
    later = next((row for row in family if _version(row) > number), None)
    return Lineage(same, former, parent, later)


def _is(reference: Resource, own: dict[str, Any]) -> bool:
    held = reference.get("masterIdentifier") or {}
    return all(held.get(name) == own.get(name) for name in ("system", "value"))


def _sets(reference: Resource) -> list[dict[str, Any]]:
    rows = reference.get("identifier", ())
    return [{name: row.get(name) for name in ("system", "value")} for row in rows]


def _number(document: Document) -> int:
    held = Node(document.root).one("versionNumber")
    return _integer(held.get("value") if held is not None else "")


def _version(reference: Resource) -> int:
    rows = reference.get("extension", ())
    return _integer(
        next((str(row.get("valueString")) for row in rows if row["url"] == VERSION), "")
    )


def _integer(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
