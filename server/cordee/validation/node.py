"""An element of an instance with what JSON leaves unsaid: its type and its place.

Profiles are checked on nodes; the base definitions, which know types beforehand, need none.

https://hl7.org/fhir/R4/json.html
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
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


def children(node: Node, name: str, schema: Schema) -> Sequence[Node]:
    """Give the child elements of a name; a choice answers to its name without `[x]`."""
    return reader(schema, node.type, name)(node.object, node.place)


Reader: TypeAlias = Callable[[Resource, Place], Sequence[Node]]
"""Gives the child elements of one name from the object that holds them, and its place."""


@lru_cache(maxsize=16_384)
def reader(schema: Schema, type_name: str, name: str) -> Reader:
    """Give the way to read a child of a type; an element without value and extras is not there."""
    definition = schema.type(type_name)
    element = definition.elements.get(name) if definition else None
    own = _reader(name, name, _type_name(element))
    if element is None or not element.is_choice:
        return own
    beside = "_" + name
    choices: dict[str, Reader] = {}
    for key, kind in element.properties.items():
        choices[key] = choices["_" + key] = _reader(key, label(name, kind), kind)

    def read(holder: Resource, parent: Place) -> Sequence[Node]:
        if name in holder or beside in holder:
            return own(holder, parent)
        found = {choices[key]: None for key in holder if key in choices}
        return [child for choice in found for child in choice(holder, parent)]

    return read


def _reader(key: str, step: str, type_name: str) -> Reader:
    """Give the way to read one JSON property and the one beside it."""
    beside = "_" + key
    node = _resource_or_node if type_name in _RESOURCES else Node

    def read(holder: Resource, parent: Place) -> Sequence[Node]:
        value, extras = holder.get(key), holder.get(beside)
        if type(value) is list and type(extras) is not list:
            return [
                node(item, type_name, (parent, step, index))
                for index, item in enumerate(value)
                if item is not None
            ]
        if type(extras) is list:
            values = value if type(value) is list else []
            pairs = enumerate(zip_longest(values, extras))
            return [
                node(item, type_name, (parent, step, index), other)
                for index, (item, other) in pairs
                if item is not None or other is not None
            ]
        if value is None and extras is None:
            return ()
        return (node(value, type_name, (parent, step, -1), extras),)

    return read


def all_children(node: Node, schema: Schema) -> Iterator[Node]:
    """Give every child element that the type knows, in the order of the definition."""
    definition = schema.type(node.type)
    for name in definition.elements if definition else ():
        yield from children(node, name, schema)


def _type_name(element: Element | None) -> str:
    return element.type_name if element else "Element"


def _resource_or_node(value: Any, type_name: str, place: Place, extras: Any = None) -> Node:
    if type(value) is dict:
        return resource_node(value, place)
    return Node(value, type_name, place, extras)
