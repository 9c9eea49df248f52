"""An element of an instance with what JSON leaves unsaid: its type and its place.

Profiles are checked on nodes; the base definitions, which know types beforehand, need none.

https://hl7.org/fhir/R4/json.html
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from cordee.definitions.element import Element, Schema
from cordee.resource.types import Resource
from cordee.validation.place import Place, label

_RESOURCES = frozenset({"Resource", "DomainResource"})
_NOTHING: dict[str, Any] = {}


class Node:
    """One element: `value` is its JSON, `extras` the id and extensions of a primitive.

    `type` is the name to look children up under: "HumanName", "Patient.contact", or the type of
    the resource that stands here.
    """

    __slots__ = ("extras", "place", "type", "value")

    def __init__(self, value: Any, type_name: str, place: Place, extras: Any = None) -> None:
        self.value = value
        self.type = type_name
        self.place = place
        self.extras = extras

    @property
    def object(self) -> Resource:
        """The JSON object that holds the children: the value, or what stands beside it."""
        if type(self.value) is dict:
            return self.value
        return self.extras if type(self.extras) is dict else _NOTHING


def resource_node(resource: Resource, place: Place) -> Node:
    """Give the node of a whole resource."""
    return Node(resource, str(resource.get("resourceType")), place)


def children(node: Node, name: str, schema: Schema) -> list[Node]:
    """Give the child elements of a name; a choice answers to its name without `[x]`."""
    holder = node.object
    if not holder:
        return []
    own, choices = _reading(schema, node.type, name)
    key, beside, _, _ = own
    if key in holder or beside in holder:
        return list(_read(holder, own, node.place))
    if not choices:
        return []
    found = {choices[key]: None for key in holder if key in choices}
    return [child for choice in found for child in _read(holder, choice, node.place)]


Reading: TypeAlias = tuple[str, str, str, str]
"""How to read an element: its JSON property, the property beside it, its place, its type."""


@lru_cache(maxsize=16_384)
def _reading(schema: Schema, type_name: str, name: str) -> tuple[Reading, dict[str, Reading]]:
    """Give how a child is read: by its own name, and for a choice by each of its properties."""
    definition = schema.type(type_name)
    element = definition.elements.get(name) if definition else None
    own = (name, "_" + name, name, _type_name(element))
    choices: dict[str, Reading] = {}
    if element is not None and element.is_choice:
        for key, kind in element.properties.items():
            choices[key] = choices["_" + key] = (key, "_" + key, label(name, kind), kind)
    return own, choices


def all_children(node: Node, schema: Schema) -> Iterator[Node]:
    """Give every child element that the type knows, in the order of the definition."""
    definition = schema.type(node.type)
    for name in definition.elements if definition else ():
        yield from children(node, name, schema)


def _type_name(element: Element | None) -> str:
    return element.type_name if element else "Element"


def _read(holder: Resource, reading: Reading, parent: Place) -> Iterator[Node]:
    key, sibling, step, type_name = reading
    value, extras = holder.get(key), holder.get(sibling)
    if type(value) is not list and type(extras) is not list:
        yield _node(value, type_name, (parent, step, -1), extras)
        return
    values = value if type(value) is list else []
    others = extras if type(extras) is list else []
    for index in range(max(len(values), len(others))):
        item = values[index] if index < len(values) else None
        beside = others[index] if index < len(others) else None
        if item is not None or beside is not None:
            yield _node(item, type_name, (parent, step, index), beside)


def _node(value: Any, type_name: str, place: Place, extras: Any) -> Node:
    if type_name in _RESOURCES and type(value) is dict:
        return resource_node(value, place)
    return Node(value, type_name, place, extras)
