"""The order in which XML wants the elements of a type.

https://hl7.org/fhir/R4/xml.html
"""

from collections.abc import Mapping
from functools import lru_cache

from cordee.resource.schema import Schema


@lru_cache(maxsize=4096)
def places(schema: Schema, type_name: str) -> Mapping[str, int]:
    """Give each JSON property of a type its place; the choices of one element share theirs."""
    definition = schema.type(type_name)
    if definition is None:
        return {}
    order = {name: place for place, name in enumerate(definition.elements)}
    return {name: order[element.name] for name, (element, _) in definition.properties.items()}
