"""The code systems that are here: found by canonical or OID, compiled once.

https://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import replace

from cordee.definitions.reading import note
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
    """The compiled code systems of a repository."""

    def __init__(self, repository: Repository) -> None:
        """Look systems up in `repository`, lazily."""
        self._repository = repository
        self._oids = Oids(repository)
        self._compiled: dict[tuple[str, str | None], CodeSystem | None] = {}

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what these names of definitions have made out of date."""
        self._oids.forget(changed)
        for key in [key for key in self._compiled if key[0] in changed]:
            del self._compiled[key]

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
        url, version = self.canonical(url), version or pinned
        note(url)
        if version and not is_known(version, self._repository.versions(url)):
            newest = self.find(url)
            return replace(newest, complete=False) if newest else None
        # Only what the repository holds is kept: requests may name any system and version.
        key = (url, version)
        if key not in self._compiled:
            resource = self._repository.find(join(url, version), "CodeSystem")
            if resource is None:
                return None
            held = resource.get("content") in _HELD
            self._compiled[key] = _compiled(resource) if held else None
        return self._compiled[key]

    def given(self, resource: Resource) -> "CodeSystems":
        """Give the same systems with one that a client gives in place of its namesake."""
        made = copy(self)
        compiled = _compiled(resource)
        made._compiled = {**self._compiled, (compiled.url, None): compiled}  # noqa: SLF001 - own
        return made

    def supplement(self, canonical: str) -> CodeSystem | None:
        """Find a supplement by canonical."""
        resource = self._repository.find(canonical, "CodeSystem")
        if resource is None or resource.get("content") != "supplement":
            return None
        return _compiled(resource)


def is_known(version: str, versions: Iterable[str]) -> bool:
    """Tell whether a version, or one of the same `major.minor`, is among `versions`."""
    return any(other == version or other.startswith(f"{version}.") for other in versions)


def _compiled(resource: Resource) -> CodeSystem:
    try:
        return compile_code_system(resource)
    except MISSHAPEN:
        text = f"The code system {resource.get('url')} is not a valid CodeSystem"
        raise FhirError(Category.UNPROCESSABLE, text) from None
