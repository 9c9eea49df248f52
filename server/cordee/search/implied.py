"""Code systems that a search does not name as the data does.

A `code` element has no system: its binding implies one. And French guides name code systems by OID
where FHIR data has urls, or name a value set's OID where its codes are meant.

https://hl7.org/fhir/R4/search.html#token
"""

from collections.abc import Iterable

from cordee.definitions.repository import Repository
from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.search.parameter import Parameter

_OID = "urn:oid:"


class ImpliedSystems:
    """Answers from the repository, kept."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._aliases: dict[str, frozenset[str]] = {}
        self._implied: dict[tuple[str, str], frozenset[str]] = {}

    def aliases(self, system: str) -> frozenset[str]:
        """Give the other names of a code system."""
        known = self._aliases.get(system)
        if known is None:
            found = self._by_oid(system) if system.startswith(_OID) else self._oids(system)
            known = self._aliases[system] = frozenset(found) - {system}
        return known

    def _by_oid(self, oid: str) -> Iterable[str]:
        code_system = self._repository.identified(oid, "CodeSystem")
        if code_system is not None:
            return [code_system.get("url", oid)]
        value_set = self._repository.identified(oid, "ValueSet")
        return _systems(value_set) if value_set is not None else ()

    def _oids(self, url: str) -> Iterable[str]:
        code_system = self._repository.find(url, "CodeSystem")
        identifiers = code_system.get("identifier", ()) if code_system else ()
        values = (identifier.get("value", "") for identifier in identifiers)
        return [value for value in values if value.startswith(_OID)]

    def implies(self, parameter: Parameter, system: str, aliases: Iterable[str]) -> bool:
        """Tell whether a `code` element of the parameter is bound to codes of `system`."""
        if "code" not in parameter.element_types:
            return False
        key = (parameter.resource_type, parameter.code)
        known = self._implied.get(key)
        if known is None:
            known = self._implied[key] = self._bound(parameter)
        return system in known or not known.isdisjoint(aliases)

    def _bound(self, parameter: Parameter) -> frozenset[str]:
        found: set[str] = set()
        for branch in parameter.branches:
            binding = branch.element.binding if branch.element else None
            if branch.type_name == "code" and binding and binding.value_set:
                url, _ = split(binding.value_set)
                value_set = self._repository.find(url, "ValueSet")
                found.update(_systems(value_set) if value_set else ())
        return frozenset(found)


def _systems(value_set: Resource) -> list[str]:
    includes = value_set.get("compose", {}).get("include", ())
    return [include["system"] for include in includes if "system" in include]
