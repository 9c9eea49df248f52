"""The code that an operation is about: `code` with its system, `coding` or `codeableConcept`.

https://hl7.org/fhir/R4/valueset-operation-validate-code.html
"""

from typing import Any

from cordee.errors import Category, FhirError
from cordee.operations.parameters import Arguments

WAYS = ("code", "coding", "codeableConcept")
_PARTS = ("system", "version", "code", "display")


def coded_value(
    arguments: Arguments,
    ways: tuple[str, ...] = WAYS,
    *,
    system: str = "system",
    version: str = "version",
) -> list[dict[str, Any]]:
    """Give the codings, each with text in system, version, code and display only.

    `system` and `version` are the names that this operation gives these parameters. Raises INVALID
    unless exactly one of `ways` is used.
    """
    used = [name for name in ways if name in arguments]
    if len(used) != 1:
        raise FhirError(Category.INVALID, f"Exactly one of {', '.join(ways)} is needed")
    if used == ["code"]:
        row = {
            "system": arguments.text(system),
            "version": arguments.text(version),
            "code": arguments.text("code"),
            "display": arguments.text("display"),
        }
        if row["code"] is None:
            raise FhirError(Category.INVALID, "code must not be empty")
        return [{key: value for key, value in row.items() if value is not None}]
    if used == ["coding"]:
        return [checked(arguments.element("coding", "Coding"), "coding")]
    concept = arguments.element("codeableConcept", "CodeableConcept") or {}
    rows = concept.get("coding") or []
    if not isinstance(rows, list):
        raise FhirError(Category.INVALID, "codeableConcept.coding must be a list")
    return [checked(row, f"codeableConcept.coding[{index}]") for index, row in enumerate(rows)]


def checked(coding: Any, name: str) -> dict[str, Any]:
    """Give a Coding whose parts are text. Raises INVALID naming the part that is not."""
    if not isinstance(coding, dict):
        raise FhirError(Category.INVALID, f"{name} must be a Coding")
    found = {key: coding[key] for key in _PARTS if coding.get(key) is not None}
    for key, value in found.items():
        if not isinstance(value, str):
            raise FhirError(Category.INVALID, f"{name}.{key} must be text")
    return found
