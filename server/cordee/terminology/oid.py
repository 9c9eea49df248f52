"""OIDs and canonical URLs of the same code system or value set.

https://hl7.org/fhir/R4/terminologies.html
https://hl7.org/fhir/R4/namingsystem.html
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Literal

from cordee.definitions.reading import note
from cordee.definitions.repository import Repository
from cordee.resource.types import Resource

PREFIX = "urn:oid:"
NAMING = "NamingSystem"


class Oids:
    """Translates both ways, by the identifiers of resources and by naming systems."""

    def __init__(self, repository: Repository) -> None:
        """Know the definitions of `repository`."""
        self._repository = repository

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what these names of definitions have made out of date."""
        if NAMING in changed:
            self.__dict__.pop("_named", None)

    def canonical(
        self, oid: str, type: Literal["CodeSystem", "ValueSet"] = "CodeSystem"
    ) -> str | None:
        """Give the canonical URL for an OID, written `urn:oid:1.2.3` or `1.2.3`."""
        urn = oid if oid.startswith(PREFIX) else PREFIX + oid
        found = self._repository.identified(urn, type)
        if found is not None and isinstance(found.get("url"), str):
            return str(found["url"])
        note(NAMING)
        return self._named.get(urn) if type == "CodeSystem" else None

    def oid(
        self, canonical: str, type: Literal["CodeSystem", "ValueSet"] = "CodeSystem"
    ) -> str | None:
        """Give the OID, as `urn:oid:…`, of a code system or value set."""
        if canonical.startswith(PREFIX):
            return canonical
        resource = self._repository.find(canonical, type)
        found = next(_oids(resource), None) if resource else None
        if found is None and type == "CodeSystem":
            return next((urn for urn, url in self._named.items() if url == canonical), None)
        return found

    @cached_property
    def _named(self) -> dict[str, str]:
        """OID → URL by the unique ids of naming systems, preferred ones first."""
        named: dict[str, str] = {}
        for resource in self._repository.all(NAMING):
            rows = sorted(resource.get("uniqueId") or (), key=lambda row: not row.get("preferred"))
            urls = [row["value"] for row in rows if row.get("type") == "uri" and "value" in row]
            for row in rows:
                if row.get("type") == "oid" and urls:
                    named.setdefault(PREFIX + row["value"].removeprefix(PREFIX), urls[0])
        return named


def _oids(resource: Resource) -> Iterator[str]:
    identifiers = resource.get("identifier") or ()
    for identifier in [identifiers] if isinstance(identifiers, dict) else identifiers:
        value = identifier.get("value")
        if isinstance(value, str) and value.startswith(PREFIX):
            yield value
