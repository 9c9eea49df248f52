"""The value of a FHIRPath Patch operation, and how it goes into a resource.

https://hl7.org/fhir/R4/fhirpatch.html
"""

from dataclasses import dataclass
from typing import Any

from cordee.definitions.element import Schema


@dataclass(frozen=True, slots=True)
class PatchValue:
    """A value with its type name; `extra` are the ids and extensions of a primitive."""

    type: str
    value: Any
    extra: dict[str, Any] | None = None

    def set(self, holder: dict[str, Any], key: str) -> None:
        """Make this the only value of a property."""
        if self.value is not None:
            holder[key] = self.value
        if self.extra is not None:
            holder[f"_{key}"] = self.extra

    def insert(self, holder: dict[str, Any], key: str, index: int) -> None:
        """Put this into an array before `index`, ids and extensions beside it."""
        items = holder.setdefault(key, [])
        items.insert(index, self.value)
        beside = holder.get(f"_{key}")
        if beside is None and self.extra is None:
            return
        beside = holder.setdefault(f"_{key}", [])
        beside.extend([None] * (len(items) - 1 - len(beside)))
        beside.insert(index, self.extra)

    def replace(self, holder: dict[str, Any], key: str, index: int) -> None:
        """Put this in place of an item of an array."""
        for name, value in ((key, self.value), (f"_{key}", self.extra)):
            items = holder.get(name, [])
            if index < len(items) or value is not None:
                items.extend([None] * (index + 1 - len(items)))
                items[index] = value
                holder[name] = items


def read_value(schema: Schema, part: dict[str, Any], type_name: str) -> PatchValue | None:
    """Read a part: `value[x]`, `resource`, or further parts that spell out a nameless type."""
    for key in part:
        name = key.removeprefix("_")
        if name.startswith("value") and len(name) > len("value"):
            return _primitive_or_complex(schema, part, name)
    if isinstance(part.get("resource"), dict):
        return PatchValue(part["resource"].get("resourceType", ""), part["resource"])
    if isinstance(part.get("part"), list):
        return PatchValue(type_name, _spelled_out(schema, part["part"], type_name))
    return None


def _primitive_or_complex(schema: Schema, part: dict[str, Any], key: str) -> PatchValue:
    definition = schema.type("Parameters.parameter")
    found = definition.properties.get(key) if definition else None
    return PatchValue(found[1] if found else "", part.get(key), part.get(f"_{key}"))


def _spelled_out(schema: Schema, parts: list[Any], type_name: str) -> dict[str, Any]:
    """Build an element out of parts named like its children."""
    made: dict[str, Any] = {}
    definition = schema.type(type_name)
    for part in parts:
        name = part.get("name", "") if isinstance(part, dict) else ""
        found = definition.properties.get(name) if definition else None
        element = found[0] if found else definition.elements.get(name) if definition else None
        value = read_value(schema, part, element.type_name if element else "")
        if value is None:
            continue
        key = name
        if element is not None and element.is_choice and name not in element.properties:
            key = next((k for k, t in element.properties.items() if t == value.type), name)
        if element is not None and element.repeats:
            value.insert(made, key, len(made.get(key, ())))
        else:
            value.set(made, key)
    return made
