"""JSON Patch (RFC 6902) on a resource, with exact decimals.

https://hl7.org/fhir/R4/http.html#patch
"""

from typing import Any

import jsonpatch
import jsonpointer

from cordee.errors import Category, FhirError
from cordee.resource.types import Resource


def apply(operations: list[object], resource: Resource) -> Resource:
    """Apply the operations, in order and all or none; `resource` is the caller's to change.

    Raises INVALID for something that is no JSON Patch, UNPROCESSABLE when an operation cannot be
    applied or a `test` fails.
    """
    result: Any = resource
    for position, operation in enumerate(operations):
        result = _apply_one(operation, result, f"operation {position}")
    if not isinstance(result, dict):
        raise FhirError(Category.UNPROCESSABLE, "The patch leaves no resource")
    return result


def _apply_one(operation: object, resource: Any, name: str) -> Any:
    if not isinstance(operation, dict):
        raise FhirError(Category.INVALID, f"The {name} of the JSON Patch is not an object")
    try:
        return jsonpatch.JsonPatch([operation]).apply(resource, in_place=True)
    except jsonpatch.InvalidJsonPatch as error:
        raise FhirError(Category.INVALID, f"The {name} is no JSON Patch: {error}") from None
    except jsonpatch.JsonPatchTestFailed as error:
        text = f"The test in {name} of the JSON Patch failed: {error}"
        raise FhirError(Category.UNPROCESSABLE, text) from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError) as error:
        shown = f"{operation.get('op')} {operation.get('path')}"
        text = f"The {name} ({shown}) of the JSON Patch cannot be applied: {error}"
        raise FhirError(Category.UNPROCESSABLE, text) from None
