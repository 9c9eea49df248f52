"""Makes what base definitions ask beyond shape: constraints, and the rules of particular types.

https://hl7.org/fhir/R4/conformance-rules.html#constraints
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from cordee.definitions.element import Element, TypeDefinition
from cordee.definitions.structure import BASE
from cordee.resource.types import Resource
from cordee.validation.compile.invariant import compile_base_constraint
from cordee.validation.expressions import Expressions
from cordee.validation.node import Node
from cordee.validation.place import Place
from cordee.validation.rules.canonical_target import Types, canonical_target
from cordee.validation.rules.conformance import Finder, any_of
from cordee.validation.run import Check, Run

Structure: TypeAlias = Callable[[str], Resource | None]

Constraints: TypeAlias = Mapping[str, list[dict[str, Any]]]


class BaseRules:
    """Gives the further checks of whole types and of their elements.

    `special` maps a type name to rules of that type; "Resource" and "DomainResource" hold for all.
    """

    def __init__(
        self,
        structure: Structure,
        expressions: Expressions,
        profiles: Finder,
        special: Mapping[str, tuple[Check, ...]],
        types: Types,
    ) -> None:
        """Keep the sources."""
        self._expressions = expressions
        self._structure = structure
        self._profiles = profiles
        self._special = special
        self._types = types
        self.constraints = cache(self._constraints)

    def whole(self, definition: TypeDefinition) -> Iterator[Check]:
        """Give the further checks of a type."""
        for constraint in self._asked(definition.name):
            yield from compile_base_constraint(
                constraint, definition.name, self._expressions, definition.name
            )
        if definition.kind == "resource":
            yield from self._special.get("Resource", ())
            if definition.base == "DomainResource":
                yield from self._special.get("DomainResource", ())
        yield from self._special.get(definition.name, ())

    def element(self, element: Element, type_name: str) -> Iterator[Check]:
        """Give the further checks of an element: constraints and profiles on its place alone."""
        own = {row.get("key") for row in self._asked(type_name)}
        for constraint in self._asked(element.path):
            if constraint.get("key") not in own and type_name != element.path:
                yield from compile_base_constraint(
                    constraint, type_name, self._expressions, element.path
                )
        for of in element.types:
            if of.code == type_name and of.profiles:
                yield _conforms(of.profiles, type_name, self._profiles, element.path)
            if of.code == type_name == "canonical" and of.target_profiles:
                wanted = frozenset(url.removeprefix(BASE) for url in of.target_profiles)
                if "Resource" not in wanted:
                    yield canonical_target(wanted, self._types, element.path)

    def _asked(self, path: str) -> list[dict[str, Any]]:
        return self.constraints(path.partition(".")[0]).get(path, [])

    def _constraints(self, type_name: str) -> Constraints:
        structure = self._structure(BASE + type_name) or {}
        return {
            element["path"]: element.get("constraint") or []
            for element in (structure.get("snapshot") or {}).get("element") or ()
        }


def _conforms(profiles: tuple[str, ...], type_name: str, find: Finder, source: str) -> Check:
    def check(value: Any, place: Place, run: Run) -> None:
        any_of(Node(value, type_name, place), profiles, find, source, run)

    return check
