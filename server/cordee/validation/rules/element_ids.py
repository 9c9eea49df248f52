"""Ids of elements: unique within a resource.

https://hl7.org/fhir/R4/element.html#id
"""

from collections.abc import Iterator
from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run


def unique_ids(value: Any, place: Place, run: Run) -> None:
    """Refuse an element id that the resource uses twice.

    The elements of a StructureDefinition name themselves in snapshot and differential alike.
    """
    if value.get("resourceType") == "StructureDefinition":
        return
    seen: set[str] = set()
    for found in ids(value):
        if found in seen:
            run.add("element-id-twice", place, id=excerpt(found))
        seen.add(found)


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
