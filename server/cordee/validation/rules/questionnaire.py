"""Conditions of a Questionnaire's items that lead somewhere, and values of the item's type.

https://hl7.org/fhir/R4/questionnaire.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.questionnaire_response.values import value_of
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

VALUES: dict[str, frozenset[str]] = {
    "boolean": frozenset({"boolean"}),
    "decimal": frozenset({"decimal", "integer"}),
    "integer": frozenset({"integer"}),
    "date": frozenset({"date"}),
    "dateTime": frozenset({"dateTime", "date"}),
    "time": frozenset({"time"}),
    "string": frozenset({"string"}),
    "text": frozenset({"string"}),
    "attachment": frozenset({"Attachment"}),
    "reference": frozenset({"Reference"}),
    "quantity": frozenset({"Quantity"}),
}
"""Type of an item → types of its values; a choice takes the types of its options."""


@dataclass(frozen=True, slots=True)
class Question:
    """One item with its place and the linkIds of the items around it."""

    item: Resource
    place: Place
    around: tuple[str, ...]

    @property
    def link_id(self) -> str:
        """The item's linkId."""
        return str(self.item.get("linkId"))


def questionnaire(value: Any, place: Place, run: Run) -> None:
    """Check the conditions, options and initial values of all items."""
    questions = list(_questions(value, place, ()))
    order = {question.link_id: index for index, question in enumerate(questions)}
    for index, question in enumerate(questions):
        for position, condition in enumerate(listed(question.item.get("enableWhen"))):
            asked = order.get(str(condition.get("question")))
            at: Place = (question.place, "enableWhen", position)
            name = excerpt(condition.get("question"))
            if asked is None:
                run.add("enable-when-unknown", at, question=name)
            elif question.link_id in (questions[asked].link_id, *questions[asked].around):
                run.add("enable-when-self", at, question=name)
            else:
                if asked > index:
                    run.add("enable-when-later", at, question=name)
                if condition.get("operator") != "exists":
                    _check_value(condition, "answer", questions[asked].item, at, run)
        for name in ("answerOption", "initial"):
            for position, row in enumerate(listed(question.item.get(name))):
                _check_value(row, "value", question.item, (question.place, name, position), run)


def _questions(holder: Resource, at: Place, around: tuple[str, ...]) -> Iterator[Question]:
    items = holder.get("item")
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            place: Place = (at, "item", index)
            yield Question(item, place, around)
            yield from _questions(item, place, (*around, str(item.get("linkId"))))


def _check_value(row: Resource, name: str, item: Resource, at: Place, run: Run) -> None:
    wanted = VALUES.get(str(item.get("type")))
    _, kind = value_of(row, name)
    if wanted and kind and kind not in wanted:
        expected = ", ".join(sorted(wanted))
        run.add("questionnaire-value-type", at, type=item["type"], wanted=expected, found=kind)
