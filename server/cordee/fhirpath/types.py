"""Type names: System types, the FHIR primitives that convert to them, and how they relate.

http://hl7.org/fhirpath/N1/#types-and-reflection and https://hl7.org/fhir/R4/fhirpath.html#types

A static type is a name ("Patient", "Patient.contact", "System.Integer"), or None when only the
value itself can tell, or NOTHING for what is always empty.
"""

from decimal import Decimal
from typing import Any, Final

BOOLEAN: Final = "System.Boolean"
STRING: Final = "System.String"
INTEGER: Final = "System.Integer"
DECIMAL: Final = "System.Decimal"
DATE: Final = "System.Date"
DATETIME: Final = "System.DateTime"
TIME: Final = "System.Time"
QUANTITY: Final = "System.Quantity"
TYPE_INFO: Final = "System.TypeInfo"
NOTHING: Final = "nothing"
UNKNOWN: Final = ""
"""The type of JSON objects of which no definition is known."""

SYSTEM: Final = frozenset((BOOLEAN, STRING, INTEGER, DECIMAL, DATE, DATETIME, TIME, QUANTITY))

PRIMITIVES: Final = {
    "base64Binary": STRING,
    "boolean": BOOLEAN,
    "canonical": STRING,
    "code": STRING,
    "date": DATE,
    "dateTime": DATETIME,
    "decimal": DECIMAL,
    "id": STRING,
    "instant": DATETIME,
    "integer": INTEGER,
    "markdown": STRING,
    "oid": STRING,
    "positiveInt": INTEGER,
    "string": STRING,
    "time": TIME,
    "unsignedInt": INTEGER,
    "uri": STRING,
    "url": STRING,
    "uuid": STRING,
    "xhtml": STRING,
}
"""FHIR primitive type → the System type that its value converts to."""

QUANTITIES: Final = frozenset(
    (QUANTITY, "Quantity", "Age", "Count", "Distance", "Duration", "SimpleQuantity")
)
"""Types that compare as quantities. Money has a currency, not a unit, and is none of them."""

NUMBERS: Final = frozenset((INTEGER, DECIMAL))
TEMPORAL: Final = frozenset((DATE, DATETIME, TIME))
ABSTRACT_RESOURCES: Final = frozenset(("Resource", "DomainResource"))

SYSTEM_MEMBERS: Final = {
    QUANTITY: {"value": DECIMAL, "unit": STRING, "code": STRING, "system": STRING},
    TYPE_INFO: {"namespace": STRING, "name": STRING},
}


def system_type(type_name: str) -> str:
    """Give the System type that values of a type convert to, or the type itself."""
    if type_name in QUANTITIES:
        return QUANTITY
    return PRIMITIVES.get(type_name, type_name)


def type_of(value: Any) -> str:
    """Guess the type of a JSON value that nothing describes."""
    if isinstance(value, dict):
        return str(value.get("resourceType", UNKNOWN))
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return INTEGER
    return DECIMAL if isinstance(value, (Decimal, float)) else STRING


def type_info(type_name: str) -> dict[str, str]:
    """Give what `type()` tells of a type."""
    namespace, _, name = type_name.rpartition(".")
    if namespace == "System":
        return {"namespace": namespace, "name": name}
    return {"namespace": "FHIR", "name": type_name}
