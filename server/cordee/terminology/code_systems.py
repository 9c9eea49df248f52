"""The code systems that are here: found by canonical or OID, compiled once.

https://hl7.org/fhir/R4/codesystem.html
"""

from dataclasses import replace

from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.resource.canonical import join, split
from cordee.resource.types import Resource
from cordee.terminology.code_system import CodeSystem, compile_code_system
from cordee.terminology.oid import PREFIX, Oids

MISSHAPEN = (AttributeError, KeyError, TypeError, ValueError)
"""What reading a definition of the wrong shape raises; packages may hold such definitions."""
_HELD = frozenset(("complete", "fragment", "example"))


class CodeSystems:
    """Compiled code systems of one revision of a repository."""

    def __init__(self, repository: Repository) -> None:
        """Look systems up in `repository`, lazily."""
        self._repository = repository
        self._oids = Oids(repository)
        self._compiled: dict[tuple[str, str | None], CodeSystem | None] = {}

    def canonical(self, system: str) -> str:
        """Give the canonical URL for a system written as `urn:oid:…`, where it is known."""
        if not system.startswith(PREFIX):
            return system
        return self._oids.canonical(system) or system

    def find(self, system: str, version: str | None = None) -> CodeSystem | None:
        """Find a code system with content; None when it is not here.

        When another version than the wanted one is here, it stands in, marked as not complete.
        """
        url, pinned = split(system)
        key = (self.canonical(url), version or pinned)
        if key not in self._compiled:
            self._compiled[key] = self._find(*key)
        return self._compiled[key]

    def supplement(self, canonical: str) -> CodeSystem | None:
        """Find a supplement by canonical."""
        resource = self._repository.find(canonical, "CodeSystem")
        if resource is None or resource.get("content") != "supplement":
            return None
        return _compiled(resource)

    def _find(self, url: str, version: str | None) -> CodeSystem | None:
        exact = self._repository.find(join(url, version), "CodeSystem")
        resource = exact or self._repository.find(url, "CodeSystem")
        if resource is None or resource.get("content") not in _HELD:
            return None
        made = _compiled(resource)
        return made if exact else replace(made, complete=False)


def _compiled(resource: Resource) -> CodeSystem:
    try:
        return compile_code_system(resource)
    except MISSHAPEN:
        text = f"The code system {resource.get('url')} is not a valid CodeSystem"
        raise FhirError(Category.UNPROCESSABLE, text) from None
