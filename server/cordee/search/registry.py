"""The search parameters of every resource type, compiled when first asked for.

https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cordee import fhirpath
from cordee.definitions.element import Schema
from cordee.definitions.repository import Repository
from cordee.definitions.search_parameter import Component, SearchParameter
from cordee.resource.types import Resource
from cordee.search import contained
from cordee.search.context import Codes, Hierarchy, Limits, no_codes, no_hierarchy
from cordee.search.extract import Extractor
from cordee.search.implied import ImpliedSystems
from cordee.search.index import Index
from cordee.search.indexes import describe
from cordee.search.kinds import TYPES
from cordee.search.parameter import Parameter, compile_parameter
from cordee.search.types import special
from cordee.search.values import Extraction
from cordee.search.words import Words

GENERAL = frozenset({"Resource", "DomainResource"})
"""The bases whose parameters every resource type has."""


class SearchRegistry:
    """Parameters, extraction and indexes by resource type.

    Follows the repository: when a SearchParameter is added there, what was compiled is thrown away
    at the next use.
    """

    def __init__(
        self,
        repository: Repository,
        *,
        full_text: bool = True,
        base_urls: tuple[str, ...] = (),
        codes: Codes = no_codes,
        hierarchy: Hierarchy = no_hierarchy,
        limits: Limits | None = None,
    ) -> None:
        """Serve a repository's parameters.

        `base_urls` are this server's own, without trailing slash: references below them are local.
        `codes` and `hierarchy` are what terminology offers to `:in`, `:above` and `:below`;
        `limits` is how much one search may ask for.
        """
        self._repository = repository
        self._words = Words() if full_text else None
        self.base_urls = base_urls
        self.limits = limits or Limits()
        self.codes = codes
        self.hierarchy = hierarchy
        self.refresh()

    def refresh(self) -> None:
        """Forget what was compiled."""
        self._revision = self._repository.revision
        self._parameters: dict[str, dict[str, Parameter]] = {}
        self._extractors: dict[str, Extractor] = {}
        self._alone: dict[tuple[str, str], Extractor] = {}
        self._indexes: dict[str, tuple[Index, ...]] = {}
        self._implied = ImpliedSystems(self._repository)

    def _current(self) -> None:
        if self._revision == self._repository.revision:
            return
        changed = self._repository.changed_since(self._revision)
        if changed is None or "SearchParameter" in changed:
            self.refresh()
        else:  # nothing that is compiled here was made of it
            self._revision = self._repository.revision
            self._implied = ImpliedSystems(self._repository)

    @property
    def schema(self) -> Schema:
        """The definitions of types."""
        return self._repository

    @property
    def full_text(self) -> bool:
        """Tell whether `_text` and `_content` are indexed."""
        return self._words is not None

    @property
    def resource_types(self) -> tuple[str, ...]:
        """All resource types."""
        return self._repository.resource_types

    def is_resource(self, type: str) -> bool:
        """Tell whether `type` is a resource type."""
        return self._repository.is_resource(type)

    def parameters(self, type: str) -> Mapping[str, Parameter]:
        """Give code → parameter of a resource type, those of Resource included."""
        self._current()
        known = self._parameters.get(type)
        if known is None:
            compiled = (
                self._compile(found, type)
                for found in self._repository.search_parameters(type)
                if _is_served(found)
            )
            known = {found.code: found for found in compiled if found is not None}
            self._parameters[type] = known
        return known

    def parameter(self, type: str, code: str) -> Parameter | None:
        """Find a parameter of a resource type."""
        return self.parameters(type).get(code)

    def general(self) -> Mapping[str, Parameter]:
        """Give the parameters that every resource type has."""
        return {
            code: found
            for code, found in self.parameters("Basic").items()
            if GENERAL.intersection(found.definition.base)
        }

    def _compile(self, definition: SearchParameter, type: str) -> Parameter | None:
        """Compile a definition; None when its expression, or a part it needs, cannot be read."""
        try:
            compiled = compile_parameter(definition, self._repository, type)
            if definition.type != "composite":
                return compiled
            found = [self._part(component, type) for component in definition.components]
        except fhirpath.FhirPathError:
            return None
        parts = tuple(part for part in found if part is not None)
        return replace(compiled, parts=parts) if parts and len(parts) == len(found) else None

    def _part(self, component: Component, type: str) -> Parameter | None:
        found = self._repository.search_parameter(component.definition)
        if found is None or found.type not in TYPES:
            return None
        whole = compile_parameter(found, self._repository, type)
        return replace(whole, definition=replace(found, expression=component.expression))

    def extract(self, resource: Resource) -> Extraction:
        """Give the index values and compartments of a resource; its type must be known."""
        self._current()
        type = resource["resourceType"]
        extractor = self._extractors.get(type)
        if extractor is None:
            extractor = self._extractors[type] = Extractor(
                type,
                self.parameters(type).values(),
                self._repository,
                self.memberships(type),
                words=self._words,
                base_urls=self.base_urls,
            )
        found = extractor.extract(resource)
        if "contained" in resource:
            contained.add(resource, found.values, lambda inner: self.extract(inner).values)
        return found

    def values(self, resource: Resource, code: str) -> tuple[str, ...]:
        """Give the references a resource has under one of its reference parameters."""
        type = resource["resourceType"]
        parameter = self.parameter(type, code)
        if parameter is None or parameter.kind != "reference":
            return ()
        extractor = self._alone.get((type, code))
        if extractor is None:
            extractor = Extractor(type, [parameter], self._repository, {}, base_urls=self.base_urls)
            self._alone[type, code] = extractor
        return tuple(extractor.extract(resource).values.get(code, ()))

    def memberships(self, type: str) -> dict[str, tuple[str, ...]]:
        """Give compartment → codes of the parameters that place this type in it.

        A type whose own compartment exists is in it, without parameters.
        """
        found: dict[str, tuple[str, ...]] = {}
        for compartment, members in self._repository.compartments().items():
            if type in members or type == compartment:
                codes = members.get(type, ())
                found[compartment] = tuple(code for code in codes if code != "{def}")
        return found

    def compartment_types(self) -> tuple[str, ...]:
        """Give the types that have a compartment."""
        return tuple(self._repository.compartments())

    def indexes(self, type: str) -> tuple[Index, ...]:
        """Describe what a store must index for a type, the most important first."""
        parameters = self.parameters(type).values()  # forgets what is out of date
        known = self._indexes.get(type)
        if known is None:
            known = describe(parameters, self.memberships(type), full_text=self.full_text)
            self._indexes[type] = known
        return known

    def aliases(self, system: str) -> frozenset[str]:
        """Give the other names of a code system: its url for an OID, its OIDs for a url."""
        self._current()
        return self._implied.aliases(system)

    def implies(self, parameter: Parameter, system: str, aliases: Iterable[str]) -> bool:
        """Tell whether a `code` element of the parameter means codes of `system`."""
        self._current()
        return self._implied.implies(parameter, system, aliases)


def _is_served(definition: SearchParameter) -> bool:
    if definition.type == "special":
        return definition.code in special.SUPPORTED
    return bool(definition.expression)
