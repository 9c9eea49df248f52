"""Empty arrays and objects, which FHIR does not know, dropped from what a patch leaves.

https://hl7.org/fhir/R4/json.html
"""

from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource import json
from cordee.resource.types import Resource


def pruned(resource: Resource, max_depth: int) -> Resource:
    """Give the resource without empty arrays and objects, from the inside out.

    Nulls stay: in arrays of primitives they keep the place of ids and extensions. Raises
    UNPROCESSABLE when the patch has nested it deeper than a body may be.
    """
    if json.is_deeper(resource, max_depth):
        text = f"The patch nests the resource more than {max_depth} levels deep"
        raise FhirError(Category.UNPROCESSABLE, text)
    kept = _pruned(resource)
    return {} if kept is _NOTHING else kept


_NOTHING: Any = object()


def _pruned(node: Any) -> Any:
    if isinstance(node, dict):
        kept = {name: _pruned(value) for name, value in node.items()}
        return {name: value for name, value in kept.items() if value is not _NOTHING} or _NOTHING
    if isinstance(node, list):
        return [item for item in map(_pruned, node) if item is not _NOTHING] or _NOTHING
    return node
