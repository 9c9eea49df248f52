"""A JSON schema of resource types, in the shape of the one that HL7 publishes.

Structure, required elements, patterns of primitives, and the codes of required bindings: what
fhir.schema.json says. Made from the definitions, which any installation has.

https://hl7.org/fhir/R4/downloads.html
"""

from collections.abc import Iterator
from typing import Any

from cordee.definitions.element import Element, TypeDefinition
from cordee.definitions.repository import Repository
from cordee.terminology import Terminology

NUMBERS = {"decimal", "integer", "positiveInt", "unsignedInt"}


class JsonSchema:
    """Writes the schema of a type with those of all types it refers to."""

    def __init__(self, repository: Repository, terminology: Terminology) -> None:
        """Keep the sources."""
        self._repository = repository
        self._terminology = terminology
        self._made: dict[str, Any] = {}

    def of(self, type_name: str) -> dict[str, Any]:
        """Give the schema of one type, draft 6 like HL7's."""
        self._make(type_name)
        return {
            "$schema": "http://json-schema.org/draft-06/schema#",
            "$ref": f"#/definitions/{type_name}",
            "definitions": self._made,
        }

    def _make(self, name: str) -> None:
        if name in self._made:
            return
        definition = self._repository.type(name)
        if definition is None or name in ("Resource", "DomainResource"):
            self._made[name] = {"type": "object", "required": ["resourceType"]}
            return
        self._made[name] = {}
        primitive = definition.kind == "primitive-type" or name == "xhtml"
        self._made[name].update(_primitive(definition) if primitive else self._object(definition))

    def _object(self, definition: TypeDefinition) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        if definition.kind == "resource":
            properties["resourceType"] = {"const": definition.name}
        for key, (element, type_name) in definition.properties.items():
            properties.update(self._properties(key, element, type_name))
        required = [
            element.name
            for element in definition.elements.values()
            if element.min and not element.is_choice
        ]
        return {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }

    def _properties(
        self, key: str, element: Element, type_name: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        self._make(type_name)
        one = self._codes(element, type_name) or {"$ref": f"#/definitions/{type_name}"}
        yield key, {"type": "array", "items": one} if element.repeats else one
        if type_name[:1].islower():
            self._make("Element")
            beside = {"$ref": "#/definitions/Element"}
            yield f"_{key}", {"type": "array", "items": beside} if element.repeats else beside

    def _codes(self, element: Element, type_name: str) -> dict[str, Any] | None:
        binding = element.binding
        if type_name != "code" or binding is None or binding.strength != "required":
            return None
        found = self._terminology.codes(binding.value_set) if binding.value_set else None
        return {"enum": sorted({code for _, code in found})} if found else None


def _primitive(definition: TypeDefinition) -> dict[str, Any]:
    if definition.name == "boolean":
        return {"type": "boolean"}
    kind = "number" if definition.name in NUMBERS else "string"
    pattern = {"pattern": f"^{definition.pattern}$"} if definition.pattern else {}
    return {"type": kind, **(pattern if kind == "string" else {})}
