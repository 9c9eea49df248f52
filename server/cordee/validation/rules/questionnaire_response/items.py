"""Items of a response beside the items of the questionnaire, level by level.

https://hl7.org/fhir/R4/questionnaireresponse.html#nesting
"""

from dataclasses import dataclass
from typing import TypeAlias

from cordee.resource.types import Resource
from cordee.validation.expressions import Expressions
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.questionnaire_response.answers import check_answer
from cordee.validation.rules.questionnaire_response.enablement import is_enabled
from cordee.validation.rules.questionnaire_response.extensions import extension_value
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run
from cordee.validation.vocabulary import Asked

Scope: TypeAlias = tuple[Resource, ...]
"""The response and the items around a place, outermost first."""

WITHOUT_ANSWERS = frozenset({"group", "question"})
"""Item types that only hold other items."""


@dataclass(frozen=True, slots=True)
class Form:
    """What all items of a response share; `link_ids` are those of the whole questionnaire."""

    response: Resource
    complete: bool
    member_of: Asked
    expressions: Expressions
    top: Place
    link_ids: frozenset[str]


def check_items(
    asked: Resource, given: Resource, scope: Scope, place: Place, *, form: Form, run: Run
) -> None:
    """Compare the items below one element of each."""
    questions = {str(item.get("linkId")): item for item in listed(asked.get("item"))}
    answers: dict[str, list[tuple[Resource, Place]]] = {name: [] for name in questions}
    last = -1
    order = list(questions)
    for index, item in enumerate(_raw(given.get("item"))):
        here: Place = (place, "item", index)
        name = item.get("linkId")
        if not isinstance(name, str):
            continue
        if name not in questions:
            known = name in form.link_ids
            message_id = "response-item-misplaced" if known else "response-item-unknown"
            run.add(message_id, place, link_id=excerpt(name))
            continue
        position = order.index(name)
        if position < last:
            run.add("response-item-order", here, link_id=name)
        last = max(last, position)
        answers[name].append((item, here))
    for name, question in questions.items():
        _check_item(question, answers[name], scope, place, form=form, run=run)


def _raw(value: object) -> list[Resource]:
    rows = value if isinstance(value, list) else []
    return [row if isinstance(row, dict) else {} for row in rows]


def _check_item(
    question: Resource,
    given: list[tuple[Resource, Place]],
    scope: Scope,
    place: Place,
    *,
    form: Form,
    run: Run,
) -> None:
    name = str(question.get("linkId"))
    enabled = is_enabled(question, scope, form.expressions, run)
    if not enabled:
        for item, here in given:
            if _is_answered(item):
                run.add("response-item-disabled", here, link_id=name)
        return
    if not given:
        if question.get("required") is True and form.complete:
            run.add("response-item-required", place, link_id=name)
        return
    if len(given) > 1 and not question.get("repeats"):
        run.add("response-item-twice", given[1][1], link_id=name)
    for item, here in given:
        _check_content(question, item, (*scope, item), here, form=form, run=run)


def _is_answered(item: Resource) -> bool:
    """Tell whether an item or one below it has an answer."""
    return bool(item.get("answer")) or any(
        _is_answered(inner) for inner in listed(item.get("item"))
    )


def _check_content(
    question: Resource, item: Resource, scope: Scope, here: Place, *, form: Form, run: Run
) -> None:
    kind = str(question.get("type"))
    answers = listed(item.get("answer"))
    if kind in WITHOUT_ANSWERS or kind == "display":
        if answers:
            run.add("response-answer-forbidden", here, type=kind)
    else:
        _check_number(question, len(answers), here, form, run)
        for index, answer in enumerate(answers):
            at: Place = (here, "answer", index)
            check_answer(question, answer, at, form.member_of, run)
            if answer.get("item") or question.get("item"):
                check_items(question, answer, (*scope, answer), at, form=form, run=run)
    if kind in WITHOUT_ANSWERS or item.get("item"):
        check_items(question, item, scope, here, form=form, run=run)


def _check_number(question: Resource, found: int, here: Place, form: Form, run: Run) -> None:
    name = str(question.get("linkId"))
    least = extension_value(question, "questionnaire-minOccurs")
    most = extension_value(question, "questionnaire-maxOccurs")
    if isinstance(least, int) and found < least and form.complete:
        run.add("response-answers-few", here, min=least, found=found)
    elif found == 0 and question.get("required") is True and form.complete:
        run.add("response-item-required", here, link_id=name)
    if isinstance(most, int) and found > most:
        run.add("response-answers-many", here, max=most, found=found)
    elif found > 1 and not question.get("repeats"):
        run.add("response-answers-many", here, max=1, found=found)
