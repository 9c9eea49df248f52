"""The children of values whose type only they themselves tell, as Nodes.

http://hl7.org/fhirpath/N1/#tree-navigation and
https://hl7.org/fhir/R4/json.html#primitive for the `_name` siblings
"""

from collections.abc import Callable, Iterator
from typing import Any

from cordee.fhirpath.model import Model
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import (
    ABSTRACT_RESOURCES,
    PRIMITIVES,
    STRING,
    SYSTEM_MEMBERS,
    UNKNOWN,
    type_of,
)

PRIMITIVE_MEMBERS = {"id": ("string", False), "extension": ("Extension", True)}
"""What a primitive holds beside its value: name → type and whether it repeats."""


def as_list(value: Any) -> Any:
    """Give the values of a JSON property as a list, which may be the property itself."""
    if value.__class__ is list:
        return value
    return [] if value is None else [value]


def paired(type_name: str, value: Any, extra: Any) -> Iterator[Node]:
    """Join primitives with the ids and extensions beside them, one or many."""
    values = value if value.__class__ is list else [value]
    extras = extra if extra.__class__ is list else [extra]
    for position in range(max(len(values), len(extras))):
        one = values[position] if position < len(values) else None
        other = extras[position] if position < len(extras) else None
        if one is not None or other is not None:
            yield Node(type_name, one, other)


def _primitive_children(node: Node, name: str) -> list[Node]:
    """Give what a primitive has: its System value, and what stands beside it."""
    if name == "value" and node.value is not None:
        return [Node(PRIMITIVES[node.type], node.value)]
    if node.extra is None or name not in PRIMITIVE_MEMBERS:
        return []
    type_name = PRIMITIVE_MEMBERS[name][0]
    return [Node(type_name, value) for value in as_list(node.extra.get(name))]


def named_children(model: Model, node: Node, name: str) -> list[Node]:
    """Give the children of a node called `name`, as Nodes."""
    if node.type in PRIMITIVES:
        return _primitive_children(node, name)
    if node.value.__class__ is not dict:
        return []
    if node.type in SYSTEM_MEMBERS:
        value = node.value.get(name)
        return [] if value is None else [Node(SYSTEM_MEMBERS[node.type].get(name, STRING), value)]
    found = model.member(node.type, name)
    if found is None:
        return _undefined_children(node, name) if node.type == UNKNOWN else []
    properties = found.properties
    if len(properties) > 1:  # a choice of types, of which one is there
        names = dict.fromkeys(key.removeprefix("_") for key in node.value)
        properties = {key: properties[key] for key in names if key in properties}
    children: list[Node] = []
    for key, type_name in properties.items():
        children += property_children(node.value, key, type_name)
    return children


def property_children(value: dict[str, Any], key: str, type_name: str) -> list[Node]:
    """Give the values of one JSON property as Nodes."""
    shadow = f"_{key}"
    if shadow in value and type_name in PRIMITIVES:
        return list(paired(type_name, value.get(key), value[shadow]))
    items = as_list(value.get(key))
    if type_name in ABSTRACT_RESOURCES:
        return [Node(str(item.get("resourceType", "")), item) for item in items]
    return [Node(type_name, item) for item in items if item is not None]


def _undefined_children(node: Node, name: str) -> list[Node]:
    return [Node(type_of(value), value) for value in as_list(node.value.get(name))]


def children(model: Model, node: Node) -> list[Node]:
    """Give all children of a node, in the order of the JSON."""
    value = node.value
    if node.extra is not None:
        return [child for name in PRIMITIVE_MEMBERS for child in named_children(model, node, name)]
    if value.__class__ is not dict:
        return []
    properties = model.properties(node.type)
    if not properties:
        return [child for name in value for child in _undefined_children(node, name)]
    found: list[Node] = []
    for key, child in value.items():
        type_name = properties.get(key)
        if type_name is None:
            if key[:1] == "_" and key[1:] in properties and key[1:] not in value:
                found += property_children(value, key[1:], properties[key[1:]])
        elif type_name in ABSTRACT_RESOURCES or "_" + key in value:
            found += property_children(value, key, type_name)
        elif child.__class__ is list:
            found += [Node(type_name, item) for item in child]
        else:
            found.append(Node(type_name, child))
    return found


def count_children(model: Model, type_name: str) -> Callable[[Any], int]:
    """Give a function that counts the children of a complex value without making Nodes."""
    properties = model.properties(type_name)

    def count(value: Any) -> int:
        total = 0
        for key, child in value.items():
            if key in properties:
                if child.__class__ is list:
                    total += max(len(child), len(value.get(f"_{key}", ())))
                else:
                    total += 1
            elif key[0] == "_" and key[1:] in properties and key[1:] not in value:
                total += len(child) if child.__class__ is list else 1
        return total

    return count
