"""A form filled beforehand with what the record knows.

In the order of SDC: an item's `initialExpression`, which sees the person as `%patient`; else the
latest Observation of its code within its `observationLinkPeriod`; else its `initial` values.

http://hl7.org/fhir/uv/sdc/STU3/populate.html
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from cordee.coordination.expressions import Expressions
from cordee.coordination.form.annotations import INITIAL, LINK_PERIOD, value, variables
from cordee.coordination.form.answer import answer
from cordee.resource.types import Resource

Element = dict[str, Any]
Latest = Callable[[Element, Element], Awaitable[Resource | None]]
"""Gives the latest Observation of a Coding within a Duration."""


@dataclass(frozen=True, slots=True)
class Population:
    """One filling of a form."""

    expressions: Expressions
    latest: Latest

    async def response(self, questionnaire: Resource, subject: str, canonical: str) -> Resource:
        """Make the draft of a response about `subject` ("Patient/1")."""
        for expression in variables(questionnaire):
            self.expressions.define(expression["name"], self.expressions.all(expression))
        made: Resource = {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": canonical,
            "status": "in-progress",
            "subject": {"reference": subject},
        }
        rows = await self._items(questionnaire)
        return made | ({"item": rows} if rows else {})

    async def _items(self, holder: Element) -> list[Element]:
        rows = [await self._item(item) for item in holder.get("item", ())]
        return [row for row in rows if row is not None]

    async def _item(self, item: Element) -> Element | None:
        if item["type"] == "display":
            return None
        made: Element = {"linkId": item["linkId"]}
        if "text" in item:
            made["text"] = item["text"]
        if item["type"] == "group":
            inner = await self._items(item)
            return made | ({"item": inner} if inner else {})
        answers = await self._answers(item)
        return made | ({"answer": answers} if answers else {})

    async def _answers(self, item: Element) -> list[Element]:
        expression = value(item, INITIAL)
        if expression is not None:
            found = (answer(item, each) for each in self.expressions.all(expression))
            kept = [each for each in found if each is not None]
            return kept if item.get("repeats") else kept[:1]
        period = value(item, LINK_PERIOD)
        for code in item.get("code", ()) if period is not None else ():
            observation = await self.latest(code, period)
            measured = answer(item, _value(observation)) if observation else None
            if measured is not None:
                return [measured]
        return [dict(initial) for initial in item.get("initial", ())] or _preselected(item)


def _value(observation: Resource) -> Any:
    for name, found in observation.items():
        if name.startswith("value"):
            if name == "valueCodeableConcept":
                return next(iter(found.get("coding", ())), None)
            return found
    return None


def _preselected(item: Element) -> list[Element]:
    chosen = (each for each in item.get("answerOption", ()) if each.get("initialSelected"))
    return [{name: v for name, v in each.items() if name != "initialSelected"} for each in chosen]
