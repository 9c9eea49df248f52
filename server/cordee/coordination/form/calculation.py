"""Scores: the items of a response that the form computes.

What a client left out is filled in; what it computed itself must be the same, so that nobody reads
a score that its answers do not give. Nothing is computed while a needed answer is missing.

http://hl7.org/fhir/uv/sdc/STU3/StructureDefinition-sdc-questionnaire-calculatedExpression.html
"""

from collections.abc import Iterator
from typing import Any

from cordee.coordination.expressions import Expressions
from cordee.coordination.form.annotations import CALCULATED, items, value, variables, weighted
from cordee.coordination.form.answer import answer, values
from cordee.definitions.element import Schema
from cordee.errors import Category, FhirError
from cordee.resource.types import Resource

ROUNDS = 8
"""How deep scores may build on scores."""

Element = dict[str, Any]


def has_scores(questionnaire: Resource) -> bool:
    """Tell whether a form computes anything."""
    return any(value(item, CALCULATED) is not None for item in items(questionnaire))


def calculated(schema: Schema, questionnaire: Resource, response: Resource) -> Resource:
    """Give the response with its scores. Raises UNPROCESSABLE for a score that is wrong."""
    made = response
    for _ in range(ROUNDS):
        after = _round(schema, questionnaire, made)
        if after == made:
            return made
        made = after
    text = f"The scores of {questionnaire.get('url')} do not settle"
    raise FhirError(Category.UNPROCESSABLE, text, expression="Questionnaire.item")


def _round(schema: Schema, questionnaire: Resource, response: Resource) -> Resource:
    seen = weighted(questionnaire, response)
    expressions = Expressions(schema, seen, "Questionnaire.item", questionnaire=questionnaire)
    for variable in variables(questionnaire):
        expressions.define(variable["name"], expressions.all(variable))
    found: dict[str, Element] = {}
    for item in items(questionnaire):
        expression = value(item, CALCULATED)
        if expression is not None:
            given = answer(item, expressions.one(expression))
            if given is not None:
                found[item["linkId"]] = given
    return _filled(questionnaire, response, found, "QuestionnaireResponse")


def _filled(form: Element, holder: Element, found: dict[str, Element], path: str) -> Element:
    """Put answers in their places, in the order of the form; groups are made where needed."""
    if not any(item["linkId"] in found for item in items(form)):
        return holder
    given: dict[str, list[tuple[int, Element | None]]] = {}
    for number, own in enumerate(holder.get("item", ())):
        given.setdefault(own["linkId"], []).append((number, own))
    rows: list[Element] = []
    for item in form.get("item", ()):
        for number, own in given.pop(item["linkId"], [(len(rows), None)]):
            rows.extend(_place(item, own, found, f"{path}.item[{number}]"))
    rows.extend(own for left in given.values() for _, own in left if own is not None)
    return holder | {"item": rows}


def _place(
    item: Element, own: Element | None, found: dict[str, Element], where: str
) -> Iterator[Element]:
    score = found.get(item["linkId"])
    if score is None:
        inner = _filled(item, own or {"linkId": item["linkId"]}, found, where)
        if own is not None or "item" in inner:
            yield inner
        return
    if own is not None and own.get("answer"):
        _check_same(item, own, score, where)
        yield own
        return
    made: Element = {"linkId": item["linkId"]}
    if "text" in item:
        made["text"] = item["text"]
    yield (own or made) | {"answer": [score]}


def _check_same(item: Element, own: Element, score: Element, where: str) -> None:
    [expected], told = score.values(), values(own)
    same = told == [expected] or (
        isinstance(expected, dict) and [each.get("code") for each in told] == [expected.get("code")]
    )
    if not same:
        name = item.get("text", item["linkId"])
        text = f"{name} is {_shown(told)}, but the answers give {_shown([expected])}"
        raise FhirError(Category.UNPROCESSABLE, text, expression=f"{where}.answer[0]")


def _shown(found: list[Any]) -> str:
    return ", ".join(
        str(each.get("code", each) if isinstance(each, dict) else each) for each in found
    )
