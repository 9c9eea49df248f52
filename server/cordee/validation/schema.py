"""The compiled tree: for each type, a table of its properties and what is asked of the whole.

https://hl7.org/fhir/R4/structuredefinition.html
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from cordee.definitions.reading import Reads, noting
from cordee.validation.place import Place
from cordee.validation.rules.primitive import json_kind
from cordee.validation.rules.unknown import unknown_property
from cordee.validation.run import Check, Property, Run


class TypeRules:
    """The compiled base definition of one resource, data type or backbone element.

    Types refer to one another in circles, so a `TypeRules` is made empty and fills itself through
    `fill` the first time it is called.
    """

    __slots__ = ("_fill", "name", "properties", "whole")

    def __init__(self, name: str, fill: Callable[["TypeRules"], None]) -> None:
        self.name = name
        self.properties: Mapping[str, Property] | None = None
        self.whole: Sequence[Check] = ()
        self._fill = fill

    def __call__(self, value: Any, place: Place, run: Run) -> None:
        """Check one object of the type."""
        properties = self.properties
        if properties is None:
            with noting(Reads()):
                self._fill(self)
            properties = self.properties or {}
        if type(value) is not dict:
            found = json_kind(value)
            run.add("json-kind", place, expected="object", found=found, type=self.name)
            return
        if not value:
            run.add("json-object-empty", place)
            return
        for name, item in value.items():
            check = properties.get(name)
            if check is None:
                unknown_property(name, self.name, properties, place, run)
            else:
                check(item, value, place, run)
        for rule in self.whole:
            rule(value, place, run)


class Schemas(Protocol):
    """Compiled base definitions by type name."""

    resource_types: frozenset[str]

    def is_resource(self, name: str) -> bool:
        """Tell whether `name` is a concrete resource type."""
        ...

    def type(self, name: str) -> TypeRules:
        """Give the rules of a type that exists ("Patient", "HumanName", "Patient.contact")."""
        ...
