"""An element of an instance with what JSON leaves unsaid: its type and its place.

Profiles are checked on nodes; the base definitions, which know types beforehand, need none.

https://hl7.org/fhir/R4/json.html
"""

from collections.abc import Iterator
from typing import Any

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
    if name in holder or "_" + name in holder:
        definition = schema.type(node.type)
        element = definition.elements.get(name) if definition else None
        return list(_read(holder, name, name, _type_name(element), node.place))
    definition = schema.type(node.type)
    element = definition.elements.get(name) if definition else None
    if element is None or not element.is_choice:
        return []
    return [
        child
        for key, type_name in element.properties.items()
        if key in holder or "_" + key in holder
        for child in _read(holder, key, label(name, type_name), type_name, node.place)
    ]


def all_children(node: Node, schema: Schema) -> Iterator[Node]:
    """Give every child element that the type knows, in the order of the definition."""
    definition = schema.type(node.type)
    for name in definition.elements if definition else ():
        yield from children(node, name, schema)


def _type_name(element: Element | None) -> str:
    return element.type_name if element else "Element"


def _read(holder: Resource, key: str, step: str, type_name: str, parent: Place) -> Iterator[Node]:
    value, extras = holder.get(key), holder.get("_" + key)
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
