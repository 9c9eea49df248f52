"""JSON Patch (RFC 6902) on a resource, with exact decimals.

https://hl7.org/fhir/R4/http.html#patch
"""

from typing import Any

import jsonpatch
import jsonpointer

from cordee.errors import Category, FhirError
from cordee.interactions.pruning import pruned
from cordee.resource.types import Resource


def apply(operations: list[object], resource: Resource) -> Resource:
    """Apply the operations, in order and all or none; `resource` is the caller's to change.

    Arrays and objects that end up empty are dropped, since FHIR knows none. Raises INVALID for
    something that is no JSON Patch, UNPROCESSABLE when an operation cannot be applied or a `test`
    fails.
    """
    result: Any = resource
    for position, operation in enumerate(operations):
        result = _apply_one(operation, result, f"operation {position}")
    if not isinstance(result, dict):
        raise FhirError(Category.UNPROCESSABLE, "The patch leaves no resource")
    return pruned(result)


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
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as error:
        shown = f"{operation['op']} {operation['path']}"
        text = f"The {name} ({shown}) of the JSON Patch cannot be applied: {error}"
        raise FhirError(Category.UNPROCESSABLE, text) from None
