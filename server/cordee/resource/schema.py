"""What this package asks of the definitions: the tables of `definitions.element`, seen from below.

`definitions.element.TypeDefinition` and `Element` satisfy these protocols as they are.
"""

from collections.abc import Mapping
from typing import Protocol


class Element(Protocol):
    """One child element of a type."""

    @property
    def name(self) -> str:
        """The name without `[x]`."""
        ...

    @property
    def min(self) -> int:
        """How many values there must be."""
        ...

    @property
    def type_name(self) -> str:
        """The type to look children up under; empty for choices."""
        ...

    @property
    def is_attribute(self) -> bool:
        """Whether XML writes an attribute."""
        ...

    @property
    def is_modifier(self) -> bool:
        """Whether the element changes the meaning of the others."""
        ...

    @property
    def is_summary(self) -> bool:
        """Whether summaries contain the element."""
        ...

    @property
    def repeats(self) -> bool:
        """Whether JSON writes an array."""
        ...

    @property
    def properties(self) -> Mapping[str, str]:
        """JSON property name → type name, one for each choice."""
        ...


class TypeDefinition(Protocol):
    """A type with all its children in order."""

    @property
    def name(self) -> str:
        """The type's name."""
        ...

    @property
    def kind(self) -> str:
        """One of `resource`, `complex-type`, `backbone`, `primitive-type`."""
        ...

    @property
    def elements(self) -> Mapping[str, Element]:
        """Children by name, in the order XML demands."""
        ...

    @property
    def properties(self) -> Mapping[str, tuple[Element, str]]:
        """Every JSON property name → its element and type name."""
        ...

    @property
    def pattern(self) -> str | None:
        """The regular expression of a primitive, if the specification gives one."""
        ...


class Schema(Protocol):
    """Types by name; hashable, so that tables made from it can be cached."""

    def __hash__(self) -> int: ...

    def type(self, name: str) -> TypeDefinition | None:
        """Give a type ("Patient", "HumanName", "Patient.contact"), or None."""
        ...

    def is_resource(self, name: str) -> bool:
        """Tell whether `name` is a concrete resource type."""
        ...
