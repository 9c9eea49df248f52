"""The definitions as FHIRPath asks them, with the answers remembered.

https://hl7.org/fhir/R4/fhirpath.html#types
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cordee.definitions.element import Schema, TypeDefinition
from cordee.fhirpath.errors import SemanticError
from cordee.fhirpath.types import (
    ABSTRACT_RESOURCES,
    PRIMITIVES,
    QUANTITIES,
    QUANTITY,
    SYSTEM,
)


@dataclass(frozen=True, slots=True)
class Member:
    """The children of one name: JSON property → type name, and whether JSON writes an array."""

    properties: dict[str, str]
    repeats: bool


class Model:
    """One schema, seen from FHIRPath; `expressions` keeps what was compiled against it."""

    def __init__(self, schema: Schema) -> None:
        """Look at `schema`; nothing is loaded before it is asked for."""
        self._schema = schema
        self._members: dict[tuple[str, str], Member | None] = {}
        self._properties: dict[str, dict[str, str]] = {}
        self._related: dict[tuple[str, str], bool] = {}
        self.expressions: dict[tuple[str, str | None, bool], Any] = {}

    def member(self, type_name: str, name: str) -> Member | None:
        """Give the children called `name` (without `[x]`) of a type, or None."""
        key = (type_name, name)
        if key not in self._members:
            self._members[key] = self._find_member(type_name, name)
        return self._members[key]

    def properties(self, type_name: str) -> dict[str, str]:
        """Give the children of a type: JSON property → type name."""
        found = self._properties.get(type_name)
        if found is None:
            definition = self._schema.type(type_name)
            found = self._properties[type_name] = (
                {}
                if definition is None
                else {key: code for key, (_, code) in definition.properties.items()}
            )
        return found

    def is_type(self, name: str) -> bool:
        """Tell whether `name` is a FHIR type."""
        return name in PRIMITIVES or self._schema.type(name) is not None

    def is_resource(self, name: str) -> bool:
        """Tell whether `name` is a resource type, abstract ones included."""
        return name in ABSTRACT_RESOURCES or self._schema.is_resource(name)

    def is_a(self, type_name: str, ancestor: str) -> bool:
        """Tell whether a type is, or specialises, another one."""
        key = (type_name, ancestor)
        if key not in self._related:
            self._related[key] = self._descends(type_name, ancestor)
        return self._related[key]

    def is_kind_of(self, type_name: str, wanted: str) -> bool:
        """Tell whether `as` and `ofType` let a type pass: primitives must be the very type."""
        if wanted in PRIMITIVES:
            return type_name == wanted
        return self.is_a(type_name, wanted)

    def specifier(self, written: str) -> str:
        """Give the type that a type specifier means: FHIR's unless only System has the name.

        Raises SemanticError for a type that does not exist.
        """
        namespace, _, name = written.rpartition(".")
        if namespace in ("", "FHIR") and self.is_type(name):
            return name
        if namespace in ("", "System") and f"System.{name}" in SYSTEM:
            return f"System.{name}"
        if namespace == "System" or self.is_type(written):
            # System.Patient is a name in a namespace that is known to have no such type.
            return written
        raise SemanticError(f"{written} is not a known type")

    def _definition(self, type_name: str) -> TypeDefinition | None:
        return self._schema.type(type_name)

    def _find_member(self, type_name: str, name: str) -> Member | None:
        definition = self._definition(type_name)
        if definition is None:
            return None
        element = definition.elements.get(name) or definition.elements.get(f"{name}[x]")
        if element is None:
            return None
        return Member(dict(element.properties), element.repeats)

    def _descends(self, type_name: str, ancestor: str) -> bool:
        if {type_name, ancestor} == {QUANTITY, "Quantity"}:
            return type_name == QUANTITY
        if type_name in QUANTITIES and ancestor == "Quantity":
            return True
        seen = set()
        current: str | None = type_name
        while current and current not in seen:
            if current == ancestor:
                return True
            seen.add(current)
            definition = self._definition(current)
            base = definition.base if definition is not None else None
            current = base.rpartition("/")[2] if base else None
        return False


_kept: Callable[[Any], Model] = lru_cache(maxsize=8)(Model)


def model_of(schema: Schema) -> Model:
    """Give the model of a schema, the same for the same schema."""
    return _kept(schema)
