"""Ids of elements: unique within a resource.

https://hl7.org/fhir/R4/element.html#id
"""

from collections.abc import Iterator
from typing import Any

from cordee.definitions.element import Schema
from cordee.resource.types import Resource
from cordee.validation.node import Node, all_children, resource_node
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Check, Run


def unique_ids(schema: Schema) -> Check:
    """Refuse an element id that the resource has used before."""

    def check(value: Any, place: Place, run: Run) -> None:
        # The elements of a StructureDefinition name themselves in snapshot and differential alike.
        if value.get("resourceType") == "StructureDefinition":
            return
        found = list(ids(value))
        if len(found) < 2 or len(found) == len(set(found)):
            return
        seen: set[str] = set()
        for name, at in _placed(resource_node(value, place), schema, run):
            if name in seen:
                run.add("element-id-twice", at, id=excerpt(name))
            seen.add(name)

    return check


def _placed(node: Node, schema: Schema, run: Run) -> Iterator[tuple[str, Place]]:
    """Give the ids that `ids` gives, in the order of the definitions, with their places."""
    run.budget.spend()
    for child in all_children(node, schema):
        inner = "resourceType" in child.object
        if isinstance(found := child.object.get("id"), str) and (
            not inner or child.place[1] == "contained"
        ):
            yield found, child.place
        if not inner:
            yield from _placed(child, schema, run)


def ids(resource: Resource) -> Iterator[str]:
    """Give the ids of a resource's elements and of its contained resources."""
    waiting: list[Any] = [item for key, item in resource.items() if key != "id"]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is list:
            waiting += value
        elif kind is dict:
            inner = "resourceType" in value
            if isinstance(found := value.get("id"), str) and (
                not inner or _is_contained(value, resource)
            ):
                yield found
            if not inner:
                waiting += value.values()


def _is_contained(value: Resource, resource: Resource) -> bool:
    contained = resource.get("contained")
    return isinstance(contained, list) and any(item is value for item in contained)
