"""The type of a value by its shape alone, for what FHIRPath gives without a type."""

from decimal import Decimal
from typing import Any

from cordee.search.parameter import Kind

_BY_PROPERTY = (
    ("resourceType", "Resource"),
    ("coding", "CodeableConcept"),
    ("reference", "Reference"),
    ("currency", "Money"),
    ("origin", "SampledData"),
    ("repeat", "Timing"),
    ("event", "Timing"),
    ("start", "Period"),
    ("end", "Period"),
    ("family", "HumanName"),
    ("given", "HumanName"),
    ("line", "Address"),
    ("city", "Address"),
    ("postalCode", "Address"),
    ("country", "Address"),
    ("low", "Range"),
    ("high", "Range"),
    ("unit", "Quantity"),
    ("code", "Coding"),
    ("display", "Coding"),
    ("longitude", "Location.position"),
)
"""The first property found decides."""

_CONTACT_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})

_STRINGS: dict[Kind, str] = {
    "token": "code",
    "string": "string",
    "date": "dateTime",
    "reference": "canonical",
    "uri": "uri",
}
"""What a bare string is taken for, by the type of the parameter."""


def shape_of(value: Any, kind: Kind) -> str:
    """Name the type a value looks like; empty when it looks like none."""
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "decimal"
    return _STRINGS.get(kind, "") if isinstance(value, str) else ""


def _object(value: dict[str, Any]) -> str:
    if isinstance(value.get("value"), int | Decimal) and "currency" not in value:
        return "Quantity"
    for name, type in _BY_PROPERTY:
        if name in value:
            return type
    if "value" in value:
        return "ContactPoint" if value.get("system") in _CONTACT_SYSTEMS else "Identifier"
    if "text" in value:
        return "CodeableConcept"
    return "Reference" if "identifier" in value else ""
