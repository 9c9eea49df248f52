"""Makes the rules of a whole type from its definition.

https://hl7.org/fhir/R4/structuredefinition.html
"""

from collections.abc import Iterator
from typing import Any, Protocol

from cordee.definitions.element import Element, Schema, TypeDefinition
from cordee.resource.types import Resource
from cordee.validation.compile.binding import compile_binding
from cordee.validation.compile.cardinality import compile_cardinality
from cordee.validation.compile.choice import compile_choice
from cordee.validation.compile.element import compile_element
from cordee.validation.compile.primitive import compile_primitive
from cordee.validation.compile.reference import compile_reference
from cordee.validation.place import Place
from cordee.validation.rules.all_of import all_of
from cordee.validation.rules.childless import childless
from cordee.validation.rules.resource import any_resource
from cordee.validation.run import Check, Property, Run
from cordee.validation.schema import Schemas, TypeRules
from cordee.validation.vocabulary import Vocabulary

ABSTRACT_RESOURCES = frozenset({"Resource", "DomainResource"})


class Extras(Protocol):
    """Gives what is asked beyond shape."""

    def whole(self, definition: TypeDefinition) -> Iterator[Check]:
        """Give further checks of a whole type, such as its invariants."""
        ...

    def element(self, element: Element, type_name: str) -> Iterator[Check]:
        """Give further checks of an element whose value has a type."""
        ...


class TypeCompiler:
    """Fills the rules of types from their definitions."""

    def __init__(
        self, definitions: Schema, schemas: Schemas, vocabulary: Vocabulary, extras: Extras
    ) -> None:
        self._definitions = definitions
        self._schemas = schemas
        self._vocabulary = vocabulary
        self._extras = extras

    def fill(self, rules: TypeRules) -> None:
        """Compile one type; its children's types stay empty until they are first used."""
        definition = self._definitions.type(rules.name)
        if definition is None:
            raise LookupError(f"no definition of type {rules.name}")
        properties: dict[str, Property] = {}
        if definition.kind == "resource":
            properties["resourceType"] = _accept
        for name, (element, type_name) in definition.properties.items():
            properties.update(self._properties(name, element, type_name))
        rules.whole = tuple(self._whole(definition))
        rules.properties = properties

    def _properties(
        self, name: str, element: Element, type_name: str
    ) -> Iterator[tuple[str, Property]]:
        choice = type_name if element.is_choice else None
        definition = self._definitions.type(type_name)
        if definition is None or definition.kind != "primitive-type":
            check, extras = self._complex(name, type_name), None
        else:
            check, extras = compile_primitive(definition), self._schemas.type(type_name)
        checks = [
            check,
            *compile_binding(element, type_name, self._vocabulary),
            *compile_reference(element, type_name),
            *self._extras.element(element, type_name),
        ]
        yield from compile_element(name, choice, element, all_of(checks), extras)

    def _complex(self, name: str, type_name: str) -> Check:
        if type_name in ABSTRACT_RESOURCES:
            return any_resource(self._schemas, contained=name == "contained")
        return self._schemas.type(type_name)

    def _whole(self, definition: TypeDefinition) -> Iterator[Check]:
        if definition.kind != "primitive-type":
            if definition.kind != "resource":
                yield childless
            for element in definition.elements.values():
                yield from compile_cardinality(element)
                yield from compile_choice(element)
        yield from self._extras.whole(definition)


def _accept(_value: Any, _holder: Resource, _place: Place, _run: Run) -> None:
    """`resourceType` has been read before the type was chosen."""
