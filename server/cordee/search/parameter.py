"""One search parameter of one resource type, compiled.

https://hl7.org/fhir/R4/searchparameter.html
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias, cast

from cordee import fhirpath
from cordee.definitions.element import Schema
from cordee.definitions.search_parameter import SearchParameter
from cordee.search.path import Branch, NotAPathError, compile_paths

Kind: TypeAlias = Literal[
    "number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"
]

_CASELESS = frozenset({"ContactPoint", "string", "markdown"})
_CANONICAL = frozenset({"canonical", "uri", "url"})


@dataclass(frozen=True)
class Parameter:
    """A parameter as one resource type has it.

    `branches` are the typed paths of its expression, empty when it is `computed` by FHIRPath.
    `parts` are the components of a composite; their expressions start where the composite's ends.
    """

    definition: SearchParameter
    resource_type: str
    branches: tuple[Branch, ...]
    computed: fhirpath.Expression | None = None
    parts: tuple["Parameter", ...] = ()

    @property
    def code(self) -> str:
        """The name in URLs, which is the index name too."""
        return self.definition.code

    @property
    def kind(self) -> Kind:
        """The search parameter type."""
        return cast("Kind", self.definition.type)

    @cached_property
    def element_types(self) -> frozenset[str]:
        """The types of the elements searched; empty when only FHIRPath knows."""
        return frozenset(branch.type_name for branch in self.branches)

    @cached_property
    def caseless(self) -> bool:
        """Tell whether tokens compare without case: contact points and plain text do."""
        return bool(self.element_types) and self.element_types <= _CASELESS

    @cached_property
    def canonical(self) -> bool:
        """Tell whether a reference parameter searches canonicals or uris only."""
        return bool(self.element_types & _CANONICAL) and "Reference" not in self.element_types

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The resource types a reference may be to: declared, and what its elements allow.

        Some packages declare none, or fewer than the element allows; the expression may narrow.
        """
        narrowed = dict.fromkeys(branch.refers_to for branch in self.branches)
        if narrowed and None not in narrowed:
            return tuple(type for type in narrowed if type)
        found = dict.fromkeys(self.definition.target)
        for branch in self.branches:
            if branch.element is not None and not branch.refers_to:
                found.update(dict.fromkeys(_allowed(branch)))
        if len(found) > 1:
            found.pop("Resource", None)
        return tuple(found)


def _allowed(branch: Branch) -> tuple[str, ...]:
    assert branch.element is not None
    profiles = (
        profile
        for type in branch.element.types
        if type.code == branch.type_name
        for profile in type.target_profiles
    )
    return tuple(profile.rpartition("/")[2] for profile in profiles)


def compile_parameter(definition: SearchParameter, schema: Schema, resource_type: str) -> Parameter:
    """Compile a definition for a resource type.

    Raises fhirpath.FhirPathError when its expression cannot be read.
    """
    expression = definition.expression or ""
    if not expression.strip():
        return Parameter(definition, resource_type, ())
    try:
        branches = compile_paths(expression, schema, resource_type)
    except NotAPathError:
        return Parameter(definition, resource_type, (), fhirpath.compile(expression, schema))
    return Parameter(definition, resource_type, _through_extensions(branches, schema))


def _through_extensions(branches: tuple[Branch, ...], schema: Schema) -> tuple[Branch, ...]:
    """A path that ends at an extension means the extension's value."""
    found: list[Branch] = []
    for branch in branches:
        if branch.type_name == "Extension":
            found += _below(branch, "value", schema)
        else:
            found.append(branch)
    return tuple(found)


def _below(branch: Branch, expression: str, schema: Schema) -> list[Branch]:
    return [
        Branch((*branch.steps, *below.steps), below.type_name, below.element)
        for below in compile_paths(expression, schema, branch.type_name)
    ]
