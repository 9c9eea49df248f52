"""What SDC writes into a Questionnaire, as extensions, and how to read it.

http://hl7.org/fhir/uv/sdc/STU3/artifacts.html
"""

from collections.abc import Iterable, Iterator
from typing import Any

from cordee.resource.types import Resource

SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
CALCULATED = f"{SDC}calculatedExpression"
INITIAL = f"{SDC}initialExpression"
LINK_PERIOD = f"{SDC}observationLinkPeriod"
OBSERVATION = f"{SDC}observationExtract"
CONTEXT = f"{SDC}itemExtractionContext"
VARIABLE = "http://hl7.org/fhir/StructureDefinition/variable"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"

Element = dict[str, Any]


def values(element: Element, url: str) -> Iterator[Any]:
    """Give the values of an element's extensions of one url."""
    for extension in element.get("extension", ()):
        if extension.get("url") == url:
            yield next((v for name, v in extension.items() if name.startswith("value")), None)


def value(element: Element, url: str) -> Any:
    """Give the value of an element's first extension of one url, None without one."""
    return next(values(element, url), None)


def variables(holder: Element) -> Iterator[Element]:
    """Give the variables that a Questionnaire declares, in order: each sees those before it."""
    return values(holder, VARIABLE)


def items(holder: Element) -> Iterator[Element]:
    """Give all items of a Questionnaire or a response, in order, at every depth."""
    for item in holder.get("item", ()):
        yield item
        yield from items(item)
        for answer in item.get("answer", ()):
            yield from items(answer)


def weight(options: Iterable[Element], answer: Element) -> Any:
    """Give the score of an answer's coding: its own, else that of the option it names."""
    coding = answer.get("valueCoding")
    if coding is None:
        return None
    for option in (coding, *(each.get("valueCoding", {}) for each in options)):
        if (option.get("system"), option.get("code")) == (coding.get("system"), coding.get("code")):
            found = value(option, ORDINAL)
            found = value(option, WEIGHT) if found is None else found
            if found is not None:
                return found
    return None


def weighted(questionnaire: Resource, response: Resource) -> Resource:
    """Give a copy of the response whose coded answers carry their scores, for expressions to add.

    Clients send the code of an answer; its score stands in the Questionnaire.
    """
    options = {item["linkId"]: item.get("answerOption", ()) for item in items(questionnaire)}
    return _weighted(response, options)


def _weighted(holder: Element, options: dict[str, Any]) -> Element:
    if "item" not in holder:
        return holder
    return holder | {"item": [_weighted_item(item, options) for item in holder["item"]]}


def _weighted_item(item: Element, options: dict[str, Any]) -> Element:
    made = _weighted(item, options)
    if "answer" not in item:
        return made
    mine = options.get(item["linkId"], ())
    return made | {"answer": [_weighted_answer(each, mine, options) for each in item["answer"]]}


def _weighted_answer(answer: Element, mine: Any, options: dict[str, Any]) -> Element:
    made = _weighted(answer, options)
    score = weight(mine, answer)
    if score is None:
        return made
    coding = {key: each for key, each in answer["valueCoding"].items() if key != "extension"}
    return made | {"valueCoding": coding | {"extension": [{"url": ORDINAL, "valueDecimal": score}]}}
