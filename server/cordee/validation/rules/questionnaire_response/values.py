"""Values of answers, and how two of them compare.

https://hl7.org/fhir/R4/questionnaireresponse-definitions.html#QuestionnaireResponse.item.answer.value_x_
"""

from decimal import Decimal
from typing import Any

from cordee.resource.date_interval import interval
from cordee.resource.types import Resource


def value_of(holder: Resource, name: str) -> tuple[Any, str]:
    """Give (value, type) of a choice `name[x]`; the type is empty when there is none."""
    for key, value in holder.items():
        kind = key.removeprefix(name)
        if kind != key and kind[:1].isupper():
            return value, kind if kind in COMPLEX else kind[0].lower() + kind[1:]
    return None, ""


COMPLEX = frozenset({"Attachment", "Coding", "Quantity", "Reference"})
"""Types whose names begin with a capital."""


def comparable(one: Any, other: Any) -> tuple[Any, Any] | None:
    """Give two values in a form that can be ordered, or None when they cannot be compared."""
    if isinstance(one, dict) and isinstance(other, dict):
        return _quantities(one, other)
    if isinstance(one, bool) or isinstance(other, bool):
        return None
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return one, other
    if isinstance(one, str) and isinstance(other, str):
        first, second = interval(one), interval(other)
        return (first[0], second[0]) if first and second else (one, other)
    return None


def _quantities(one: Resource, other: Resource) -> tuple[Any, Any] | None:
    formal = one.get("code") and other.get("code")
    if not formal or (one.get("system"), one["code"]) != (other.get("system"), other["code"]):
        return None
    return comparable(one.get("value"), other.get("value"))
