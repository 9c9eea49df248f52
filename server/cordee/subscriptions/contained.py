"""Contained resources, which chains can look into as if they were stored.

French event declarations carry the patient they are about inside; criteria such as
`subject:Patient.identifier=…` must find it there.

https://hl7.org/fhir/R4/references.html#contained
"""

from typing import Any
from uuid import uuid4

from cordee.resource.types import Resource


def opened(resource: Resource, found: dict[str, Resource]) -> Resource:
    """Give the resource with references to what it contains made local ones, of ids nobody has.

    `found` gets the contained resources by those references, `Type/id`.
    """
    inside = resource.get("contained")
    if not inside:
        return resource
    names: dict[str, str] = {}
    for each in inside:
        name = f"{each['resourceType']}/{uuid4().hex}"
        names[f"#{each.get('id')}"] = name
        found[name] = each
    return {
        key: value if key == "contained" else _renamed(value, names)
        for key, value in resource.items()
    }


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if isinstance(value, dict):
        return {
            key: names.get(item, item)
            if key == "reference" and isinstance(item, str)
            else _renamed(item, names)
            for key, item in value.items()
        }
    return value
