"""A computed value as the answer to an item, such as `valueInteger`.

https://hl7.org/fhir/R4/questionnaireresponse-definitions.html#QuestionnaireResponse.item.answer.value_x_
"""

from decimal import Decimal
from typing import Any

PROPERTIES = {
    "boolean": "valueBoolean",
    "decimal": "valueDecimal",
    "integer": "valueInteger",
    "date": "valueDate",
    "dateTime": "valueDateTime",
    "time": "valueTime",
    "string": "valueString",
    "text": "valueString",
    "url": "valueUri",
    "choice": "valueCoding",
    "open-choice": "valueCoding",
    "attachment": "valueAttachment",
    "reference": "valueReference",
    "quantity": "valueQuantity",
}
"""Item type -> property of an answer."""

Element = dict[str, Any]


def answer(item: Element, value: Any) -> Element | None:
    """Give the answer that a value is to an item; None if the item can have no such answer."""
    name = PROPERTIES.get(item["type"])
    if name is None or value is None:
        return None
    return {name: _fitting(item, name, value)}


def _fitting(item: Element, name: str, value: Any) -> Any:
    if name == "valueInteger" and isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if name == "valueCoding" and isinstance(value, str):
        options = (each.get("valueCoding", {}) for each in item.get("answerOption", ()))
        found = next((each for each in options if each.get("code") == value), {"code": value})
        return {key: each for key, each in found.items() if key != "extension"}
    if name == "valueString" and not isinstance(value, str):
        return str(value)
    return value


def values(item: Element) -> list[Any]:
    """Give the plain values of an item's answers."""
    return [
        value
        for each in item.get("answer", ())
        for name, value in each.items()
        if name.startswith("value")
    ]
