"""The shape of a type, as tables: what JSON, XML, FHIRPath, search and validation all read.

https://hl7.org/fhir/R4/elementdefinition.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TypeReference:
    """One allowed type of an element; `code` is a type name such as "Quantity"."""

    code: str
    profiles: tuple[str, ...] = ()
    target_profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """A value set binding (https://hl7.org/fhir/R4/terminologies.html#binding)."""

    strength: str
    value_set: str | None
    max_value_set: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One child element of a type.

    `name` has no `[x]`; `max` is None for `*`. `type_name` is the type to look children up under:
    a data type ("HumanName") or, for backbone elements, the element path ("Patient.contact");
    content references are already resolved into it. It is empty for choice elements, whose JSON
    properties are in `properties`. `is_attribute` marks what XML writes as an attribute.
    """

    path: str
    name: str
    min: int
    max: int | None
    types: tuple[TypeReference, ...]
    type_name: str
    is_choice: bool = False
    is_attribute: bool = False
    is_modifier: bool = False
    is_summary: bool = False
    binding: Binding | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    """JSON property name → type name, one entry per choice type, one in all for the others."""

    @property
    def repeats(self) -> bool:
        """Tell whether JSON writes an array."""
        return self.max is None or self.max > 1


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """A resource type, data type or backbone element, with all its children in order.

    `kind` is `resource`, `complex-type`, `backbone` or `primitive-type`. `elements` holds inherited
    children too (id, extension, …) in the order XML demands. `properties` maps each JSON property
    name, choice types spelled out ("valueQuantity"), to its element and type name.
    `pattern` is the regular expression of a primitive, where the specification gives one.
    """

    name: str
    kind: str
    base: str | None
    abstract: bool
    elements: Mapping[str, Element]
    properties: Mapping[str, tuple[Element, str]]
    pattern: str | None = None


class Schema(Protocol):
    """What the lower layers ask of the definitions; it can key a cache."""

    def __hash__(self) -> int: ...

    def type(self, name: str) -> TypeDefinition | None:
        """Give a type by name ("Patient", "HumanName", "Patient.contact"), or None."""
        ...

    def is_resource(self, name: str) -> bool:
        """Tell whether `name` is a concrete resource type."""
        ...
