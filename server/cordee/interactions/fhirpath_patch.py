"""FHIRPath Patch: a Parameters resource whose operations name elements by FHIRPath.

https://hl7.org/fhir/R4/fhirpatch.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cordee.definitions.element import Schema
from cordee.errors import Category, FhirError
from cordee.fhirpath import FhirPathError, FhirPathSyntaxError, locate
from cordee.fhirpath.location import Location
from cordee.interactions.patch_value import PatchValue, read_value
from cordee.interactions.pruning import pruned
from cordee.resource.json import DEFAULT_DEPTH
from cordee.resource.types import Resource


def apply(
    schema: Schema, parameters: Resource, resource: Resource, max_depth: int = DEFAULT_DEPTH
) -> Resource:
    """Apply the operations, in order and all or none; `resource` is the caller's to change.

    Raises INVALID for something that is no FHIRPath Patch, UNPROCESSABLE when an operation cannot
    be applied.
    """
    for index, parameter in enumerate(parameters.get("parameter", [])):
        where = f"Parameters.parameter[{index}]"
        operation = _operation(schema, parameter, resource, where)
        try:
            OPERATIONS[operation.type](operation)
        except FhirPathSyntaxError as error:
            raise FhirError(Category.INVALID, str(error), expression=where) from None
        except FhirPathError as error:
            raise FhirError(Category.UNPROCESSABLE, str(error), expression=where) from None
    return pruned(resource, max_depth)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its parts by name, and what it works on."""

    schema: Schema
    resource: Resource
    where: str
    parts: Mapping[str, dict[str, Any]]

    @property
    def type(self) -> str:
        """What to do; one of `OPERATIONS`."""
        return self.text("type")

    def text(self, name: str) -> str:
        """Give a part that must be a string or code."""
        value = self._plain(name)
        if not isinstance(value, str):
            raise self.bad(f"needs a part {name} with a string")
        return value

    def number(self, name: str) -> int:
        """Give a part that must be an integer from 0."""
        value = self._plain(name)
        if type(value) is not int or value < 0:
            raise self.bad(f"needs a part {name} with an integer from 0")
        return value

    def value(self, type_name: str) -> PatchValue:
        """Give the part `value`, as an element of the given type."""
        part = self.parts.get("value")
        found = read_value(self.schema, part, type_name) if part is not None else None
        if found is None:
            raise self.bad("needs a part value")
        return found

    def places(self, path: str | None = None) -> list[Location]:
        """Find the elements at the operation's path."""
        return locate(path or self.text("path"), self.resource, self.schema)

    def one(self) -> Location:
        """Find the one element at the operation's path."""
        found = self.places()
        if len(found) != 1:
            text = f"{self.text('path')} selects {len(found)} elements, but must select one"
            raise FhirPathError(text)
        return found[0]

    def bad(self, text: str) -> FhirError:
        """Say what is wrong with the operation itself."""
        return FhirError(Category.INVALID, f"The operation {text}", expression=self.where)

    def _plain(self, name: str) -> Any:
        part = self.parts.get(name, {})
        return next((value for key, value in part.items() if key.startswith("value")), None)


def _operation(schema: Schema, parameter: Any, resource: Resource, where: str) -> Operation:
    parts = parameter.get("part", []) if isinstance(parameter, dict) else []
    named = {part.get("name", ""): part for part in parts if isinstance(part, dict)}
    made = Operation(schema, resource, where, named)
    if not isinstance(parameter, dict) or parameter.get("name") != "operation":
        raise made.bad("must be a parameter named operation")
    if made.type not in OPERATIONS:
        raise made.bad(f"has the type {made.type!r}, not one of {', '.join(OPERATIONS)}")
    return made


def _add(operation: Operation) -> None:
    place = operation.one()
    name = operation.text("name")
    holder = place.value
    if not isinstance(holder, dict):
        # Ids and extensions of a primitive live beside it.
        holder = _sibling(place)
        type_name = "Element"
    else:
        type_name = place.type
    _put(operation, holder, type_name, name)


def _put(operation: Operation, holder: dict[str, Any], type_name: str, name: str) -> None:
    """Add the value under a name: appended where the element repeats, else only if not there."""
    definition = operation.schema.type(type_name)
    element = definition.elements.get(name.removesuffix("[x]")) if definition else None
    if definition is not None and element is None and name in definition.properties:
        element = definition.properties[name][0]
    if element is None:
        raise FhirPathError(f"{type_name} has no element {name}")
    value = operation.value(element.type_name)
    key = _property(element.properties, name, value)
    if element.repeats:
        position = max(len(holder.get(key, ())), len(holder.get(f"_{key}", ())))
        value.insert(holder, key, position)
    elif any(holder.get(other) is not None for other in element.properties):
        raise FhirPathError(f"{name} is there already and does not repeat")
    else:
        value.set(holder, key)


def _property(properties: Mapping[str, str], name: str, value: PatchValue) -> str:
    """Find the JSON property: for a choice, the one of the value's type."""
    if len(properties) == 1:
        return next(iter(properties))
    if name in properties:
        return name
    for key, type_name in properties.items():
        if type_name == value.type:
            return key
    raise FhirPathError(f"{name} cannot be a {value.type}")


def _sibling(place: Location) -> dict[str, Any]:
    """Give the object of a primitive's ids and extensions, making it if need be."""
    if place.parent is None:
        raise FhirPathError("nothing can be added here")
    key = f"_{place.key}"
    if place.index is None:
        made: dict[str, Any] = place.parent.setdefault(key, {})
        return made
    items: list[Any] = place.parent.setdefault(key, [])
    items.extend([None] * (len(place.parent.get(place.key, ())) - len(items)))
    items[place.index] = items[place.index] or {}
    found: dict[str, Any] = items[place.index]
    return found


def _insert(operation: Operation) -> None:
    found = operation.places()
    index = operation.number("index")
    if not found:
        _insert_first(operation, index)
        return
    first = found[0]
    if first.parent is None or first.index is None:
        raise FhirPathError(f"{first.key} does not repeat, nothing can be inserted")
    if index > len(found):
        raise FhirPathError(f"there are {len(found)} elements, so none can be inserted at {index}")
    operation.value(first.type).insert(first.parent, first.key, index)


def _insert_first(operation: Operation, index: int) -> None:
    path, _, name = operation.text("path").rpartition(".")
    parents = operation.places(path) if path and name.isalnum() else []
    if index or len(parents) != 1 or not isinstance(parents[0].value, dict):
        raise FhirPathError(f"{operation.text('path')} selects nothing to insert into")
    _put(operation, parents[0].value, parents[0].type, name)


def _delete(operation: Operation) -> None:
    """Delete one element; what is not there needs no deleting."""
    found = operation.places()
    if len(found) > 1:
        text = f"{operation.text('path')} selects {len(found)} elements, but must select one"
        raise FhirPathError(text)
    for place in found:
        place.delete()


def _replace(operation: Operation) -> None:
    place = operation.one()
    if place.parent is None:
        raise FhirPathError("the resource itself cannot be replaced")
    value = operation.value(place.type)
    if place.index is not None:
        value.replace(place.parent, place.key, place.index)
        return
    key = _choice(operation, place, value)
    place.delete()
    value.set(place.parent, key)


def _choice(operation: Operation, place: Location, value: PatchValue) -> str:
    """Find where the new value goes: for a choice of another type, to another property."""
    path, _, name = operation.text("path").rpartition(".")
    parents = operation.places(path) if path and name.isalnum() else []
    definition = operation.schema.type(parents[0].type) if len(parents) == 1 else None
    found = definition.properties.get(place.key) if definition else None
    if found is None or not found[0].is_choice:
        return place.key
    return _property(found[0].properties, name, value)


def _move(operation: Operation) -> None:
    found = operation.places()
    source, destination = operation.number("source"), operation.number("destination")
    if max(source, destination) >= len(found) or found[0].index is None:
        raise FhirPathError(f"there are {len(found)} elements, too few for this move")
    parent, key = found[0].parent, found[0].key
    for name in (key, f"_{key}"):
        items = parent.get(name) if parent else None
        if isinstance(items, list):
            items.extend([None] * (len(found) - len(items)))
            items.insert(destination, items.pop(source))


OPERATIONS: Mapping[str, Callable[[Operation], None]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}
"""The five types of operation."""
