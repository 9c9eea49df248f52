"""One answer: of the question's type, among its options, within its limits.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.type
"""

from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place, label
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.questionnaire_response.limits import check_limits
from cordee.validation.rules.questionnaire_response.values import value_of
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run
from cordee.validation.vocabulary import Asked

_OPTIONS = frozenset({"Coding", "date", "time", "integer", "string"})

TYPES: dict[str, frozenset[str]] = {
    "boolean": frozenset({"boolean"}),
    "decimal": frozenset({"decimal"}),
    "integer": frozenset({"integer"}),
    "date": frozenset({"date"}),
    "dateTime": frozenset({"dateTime"}),
    "time": frozenset({"time"}),
    "string": frozenset({"string"}),
    "text": frozenset({"string"}),
    "url": frozenset({"uri"}),
    "attachment": frozenset({"Attachment"}),
    "reference": frozenset({"Reference"}),
    "quantity": frozenset({"Quantity"}),
    "choice": _OPTIONS,
    "open-choice": _OPTIONS,
}
"""Type of a question → types of its answers."""


def check_answer(
    question: Resource, answer: Resource, at: Place, member_of: Asked, run: Run
) -> None:
    """Check one answer of a question."""
    value, kind = value_of(answer, "value")
    allowed = TYPES.get(str(question.get("type")))
    if not kind or allowed is None:
        return
    here: Place = (at, label("value", kind), -1)
    if kind not in allowed:
        wanted = ", ".join(sorted(allowed))
        run.add("response-answer-type", here, wanted=wanted, found=kind)
        return
    _check_options(question, value, kind, at, run)
    _check_value_set(question, value, at, member_of, run)
    check_limits(question, value, here, member_of, run)


def _check_options(question: Resource, value: Any, kind: str, at: Place, run: Run) -> None:
    options = [value_of(option, "value") for option in listed(question.get("answerOption"))]
    if not options or (kind == "string" and question.get("type") == "open-choice"):
        return
    same = [option for option, of in options if of == kind]
    if not same:
        run.add("response-option-type", at, type=kind)
    elif not any(_same(option, value) for option in same):
        here: Place = (at, label("value", kind), -1)
        run.add("response-option", here, value=_show(value))


def _same(option: Any, value: Any) -> bool:
    if isinstance(option, dict) and isinstance(value, dict):
        return all(option.get(key) == value.get(key) for key in ("system", "code"))
    return bool(option == value)


def _check_value_set(question: Resource, value: Any, at: Place, member_of: Asked, run: Run) -> None:
    canonical = question.get("answerValueSet")
    if not isinstance(canonical, str) or not isinstance(value, dict):
        return
    found = member_of("Coding", value, canonical)
    if found is None:
        run.add("value-set-unknown", at, value_set=canonical)
    elif not found:
        run.add("response-option-value-set", at, value=_show(value), value_set=canonical)


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('system', '')}#{value.get('code', '')}"
    return excerpt(value)
