"""Whether a question is asked: `enableWhen` and the expression that may take its place.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
"""

from collections.abc import Callable, Iterator, Sequence
from operator import ge, gt, le, lt
from typing import Any

from cordee.fhirpath import FhirPathError
from cordee.resource.types import Resource
from cordee.validation.expressions import Expressions
from cordee.validation.rules.pattern import holding
from cordee.validation.rules.questionnaire_response.extensions import extension_value
from cordee.validation.rules.questionnaire_response.values import comparable, value_of
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

EXPRESSIONS = ("sdc-questionnaire-enableWhenExpression", "fiphr-ext-questionnaire-enablewhen")
"""Extensions whose expression takes the place of `enableWhen`: SDC's, and the one before it."""

ORDERINGS: dict[str, Callable[[Any, Any], Any]] = {">": gt, "<": lt, ">=": ge, "<=": le}


def is_enabled(
    question: Resource, scope: Sequence[Resource], expressions: Expressions, run: Run
) -> bool:
    """Tell whether a question is asked, given the answers around it."""
    conditions = listed(question.get("enableWhen"))
    for name in EXPRESSIONS:
        found = extension_value(question, name)
        text = found.get("expression") if isinstance(found, dict) else found
        if isinstance(text, str):
            return _holds(text, expressions, run)
    if not conditions:
        return True
    results = [_is_met(condition, scope) for condition in conditions]
    return any(results) if question.get("enableBehavior") == "any" else all(results)


def _holds(text: str, expressions: Expressions, run: Run) -> bool:
    """Evaluate an expression on the response; one that cannot be evaluated asks the question."""
    try:
        return expressions.compile(text, "QuestionnaireResponse").holds(run.resource, run)
    except FhirPathError:
        return True


def _is_met(condition: Resource, scope: Sequence[Resource]) -> bool:
    answers = [value for value, _ in _answers(str(condition.get("question")), scope)]
    wanted, _ = value_of(condition, "answer")
    operator = condition.get("operator")
    if operator == "exists":
        return bool(answers) is (wanted is True)
    if operator == "=":
        return any(_same(wanted, answer) for answer in answers)
    if operator == "!=":
        return not any(_same(wanted, answer) for answer in answers)
    compare = ORDERINGS.get(str(operator))
    return compare is not None and any(_ordered(compare, answer, wanted) for answer in answers)


def _same(wanted: Any, answer: Any) -> bool:
    if isinstance(wanted, dict) and "code" in wanted and isinstance(answer, dict):
        keys = ("system", "code") if "system" in wanted else ("code",)
        return all(wanted.get(key) == answer.get(key) for key in keys)
    return holding(wanted)(answer)


def _ordered(compare: Callable[[Any, Any], Any], answer: Any, wanted: Any) -> bool:
    pair = comparable(answer, wanted)
    return pair is not None and bool(compare(*pair))


def _answers(link_id: str, scope: Sequence[Resource]) -> list[tuple[Any, str]]:
    """Give the answers of a question, from the nearest element around that has its item."""
    for holder in reversed(scope):
        items = list(_items(link_id, holder))
        if items:
            return [
                value_of(answer, "value")
                for item in items
                for answer in listed(item.get("answer"))
                if value_of(answer, "value")[1]
            ]
    return []


def _items(link_id: str, holder: Resource) -> Iterator[Resource]:
    for item in listed(holder.get("item")):
        if item.get("linkId") == link_id:
            yield item
        yield from _items(link_id, item)
        for answer in listed(item.get("answer")):
            yield from _items(link_id, answer)
