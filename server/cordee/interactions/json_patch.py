"""JSON Patch (RFC 6902) on a resource, with exact decimals.

https://hl7.org/fhir/R4/http.html#patch
"""

from typing import Any

import jsonpatch
import jsonpointer

from cordee.errors import Category, FhirError
from cordee.interactions.pruning import pruned
from cordee.resource.json import DEFAULT_DEPTH
from cordee.resource.types import Resource

MOST_COPIED = 10_000_000
"""Bytes, or nearly, that the copies of one patch may make: each can double what there is."""
_VALUE = 50
"""Bytes that a value takes at least."""


def apply(operations: list[object], resource: Resource, max_depth: int = DEFAULT_DEPTH) -> Resource:
    """Apply the operations, in order and all or none; `resource` is the caller's to change.

    Arrays and objects that end up empty are dropped, since FHIR knows none. Raises INVALID for
    something that is no JSON Patch, UNPROCESSABLE when an operation cannot be applied, a `test`
    fails, or the result would be too large or too deep.
    """
    result: Any = resource
    left = MOST_COPIED
    for position, operation in enumerate(operations):
        if isinstance(operation, dict) and operation.get("op") == "copy":
            left -= _size(operation.get("from"), result, left)
            if left < 0:
                text = f"The copies up to operation {position} of the JSON Patch are too large"
                raise FhirError(Category.UNPROCESSABLE, text)
        result = _apply_one(operation, result, f"operation {position}")
    if not isinstance(result, dict):
        raise FhirError(Category.UNPROCESSABLE, "The patch leaves no resource")
    return pruned(result, max_depth)


def _size(pointer: object, resource: Any, most: int) -> int:
    """Give about how many bytes are at a pointer, counting little further than `most`."""
    if not isinstance(pointer, str):
        return 0
    try:
        waiting = [jsonpointer.resolve_pointer(resource, pointer)]
    except (jsonpointer.JsonPointerException, TypeError):
        return 0  # which is told when it is applied
    size = 0
    while waiting and size <= most:
        value = waiting.pop()
        size += _VALUE
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            size += len(value)
    return size


def _apply_one(operation: object, resource: Any, name: str) -> Any:
    if not isinstance(operation, dict) or not all(
        isinstance(operation.get(part), str) for part in ("op", "path")
    ):
        text = f"The {name} of the JSON Patch is not an object with op and path"
        raise FhirError(Category.INVALID, text)
    try:
        return jsonpatch.JsonPatch([operation]).apply(resource, in_place=True)
    except jsonpatch.InvalidJsonPatch as error:
        raise FhirError(Category.INVALID, f"The {name} is no JSON Patch: {error}") from None
    except jsonpatch.JsonPatchTestFailed:
        text = (
            f"The test in {name} of the JSON Patch failed: {operation['path']} holds another value"
        )
        raise FhirError(Category.UNPROCESSABLE, text) from None
    except RecursionError:
        text = f"The {name} of the JSON Patch works on what is nested too deeply"
        raise FhirError(Category.UNPROCESSABLE, text) from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as error:
        shown = f"{operation['op']} {operation['path']}"
        reason = str(error).partition(" type <class")[0]
        text = f"The {name} ({shown}) of the JSON Patch cannot be applied: {reason}"
        raise FhirError(Category.UNPROCESSABLE, text) from None
