"""What a response owes its Questionnaire: items, their number, answers, where they come from."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

SYSTEM = "http://example.org/colours"
RED, BLUE = ({"valueCoding": {"system": SYSTEM, "code": code}} for code in ("red", "blue"))
YES, NO = {"valueBoolean": True}, {"valueBoolean": False}
COLOURS = {
    "resourceType": "ValueSet",
    "id": "colours",
    "status": "active",
    "compose": {"include": [{"system": SYSTEM, "concept": [{"code": "red"}]}]},
}


def item(link_id: str, type_name: str = "string", **more: Any) -> dict[str, Any]:
    """Make an item of a questionnaire."""
    return {"linkId": link_id, "type": type_name} | more


def given(link_id: str, *answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make an item of a response."""
    return {"linkId": link_id} | ({"answer": list(answers)} if answers else {}) | more


TEXT = {"valueString": "x"}
IF_YES = [{"question": "1", "operator": "=", "answerBoolean": True}]
FROM_COLOURS = item("1", "choice", answerValueSet="#colours")
FROM_RED = item("1", "choice", answerOption=[RED])
TWO = [item("1", "boolean"), item("2", required=True, enableWhen=IF_YES)]

Row = tuple[list[dict[str, Any]], list[dict[str, Any]], tuple[str, str] | None]

CASES: dict[str, Row] = {
    "what was asked": ([item("1")], [given("1", TEXT)], None),
    "an answer of another type": (
        [item("1")],
        [given("1", YES)],
        ("response-answer-type", "item[0].answer[0].value.ofType(boolean)"),
    ),
    "an item that was not asked": ([item("1")], [given("2", TEXT)], ("response-item-unknown", "")),
    "no answer where one is required": (
        [item("1", required=True), item("2")],
        [given("2", TEXT)],
        ("response-item-required", ""),
    ),
    "two answers where one is asked": (
        [item("1")],
        [given("1", TEXT, TEXT)],
        ("response-answers-many", "item[0]"),
    ),
    "another order": (
        [item("1"), item("2")],
        [given("2", TEXT), given("1", TEXT)],
        ("response-item-order", "item[1]"),
    ),
    "an answer to a display": (
        [item("1", "display")],
        [given("1", TEXT)],
        ("response-answer-forbidden", "item[0]"),
    ),
    "an option": ([FROM_RED], [given("1", RED)], None),
    "no option": (
        [FROM_RED],
        [given("1", BLUE)],
        ("response-option", "item[0].answer[0].value.ofType(Coding)"),
    ),
    "a code of a contained value set": ([FROM_COLOURS], [given("1", RED)], None),
    "a code outside a contained value set": (
        [FROM_COLOURS],
        [given("1", BLUE)],
        ("response-option-value-set", "item[0].answer[0]"),
    ),
    "a question that is not asked": (TWO, [given("1", NO)], None),
    "an answer that nobody asked for": (
        TWO,
        [given("1", NO), given("2", TEXT)],
        ("response-item-disabled", "item[1]"),
    ),
    "a question that is asked": (TWO, [given("1", YES)], ("response-item-required", "")),
    "an item below an answer that is missing": (
        [item("1", "boolean", item=[item("2", required=True)])],
        [given("1", YES)],
        ("response-item-required", "item[0].answer[0]"),
    ),
}


@pytest.fixture(scope="module")
def definitions() -> Repository:
    """Definitions that the tests add questionnaires to."""
    return Repository.load()


@pytest.mark.parametrize("name", CASES)
def test_a_response_answers_its_questionnaire(definitions: Repository, name: str) -> None:
    """Each way of not answering what was asked is one error at its place."""
    items, answers, expected = CASES[name]
    url = f"http://example.org/Questionnaire/{list(CASES).index(name)}"
    definitions.add(
        {
            "resourceType": "Questionnaire",
            "url": url,
            "status": "active",
            "contained": [COLOURS],
            "item": items,
        }
    )
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": url,
        "status": "completed",
        "item": answers,
    }
    report = Validator(definitions, Terminology(definitions)).validate(response)
    found = [
        (row.message_id, (row.expression or "").removeprefix("QuestionnaireResponse").lstrip("."))
        for row in report
        if row.severity == "error"
    ]
    assert found == ([expected] if expected else [])
