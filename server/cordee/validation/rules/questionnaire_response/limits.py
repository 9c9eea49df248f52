"""Limits of answers: smallest and largest, length, decimals, form, units.

https://hl7.org/fhir/R4/questionnaire-profiles.html#extensions
"""

from decimal import Decimal
from operator import gt, lt
from typing import Any

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.questionnaire_response.extensions import (
    extension_value,
    extension_values,
)
from cordee.validation.rules.questionnaire_response.values import comparable
from cordee.validation.rules.regex import fits
from cordee.validation.run import Run
from cordee.validation.vocabulary import Asked


def check_limits(question: Resource, value: Any, here: Place, member_of: Asked, run: Run) -> None:
    """Check an answer against every limit of its question."""
    _check_bounds(question, value, here, run)
    _check_precision(question, value, here, run)
    if isinstance(value, str):
        _check_length(question, value, here, run)
        _check_form(question, value, here, run)
    elif isinstance(value, dict) and "value" in value:
        _check_unit(question, value, here, member_of, run)


def _check_bounds(question: Resource, value: Any, here: Place, run: Run) -> None:
    for names, outside, message_id in (
        (("minValue", "sdc-questionnaire-minQuantity"), lt, "response-value-small"),
        (("maxValue", "sdc-questionnaire-maxQuantity"), gt, "response-value-large"),
    ):
        for bound in (extension_value(question, name) for name in names):
            if bound is None:
                continue
            pair = comparable(value, bound)
            if pair is None:
                shown, limit = _show(value), _show(bound)
                run.add("response-value-incomparable", here, value=shown, bound=limit)
            elif outside(*pair):
                run.add(message_id, here, value=_show(value), bound=_show(bound))


def _check_precision(question: Resource, value: Any, here: Place, run: Run) -> None:
    most = extension_value(question, "maxDecimalPlaces")
    number = value.get("value") if isinstance(value, dict) else value
    if not isinstance(most, int) or not isinstance(number, Decimal):
        return
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > most:
        run.add("response-value-precise", here, value=str(number), max=most)


def _check_length(question: Resource, value: str, here: Place, run: Run) -> None:
    least = extension_value(question, "minLength")
    most = question.get("maxLength")
    if isinstance(least, int) and len(value) < least:
        run.add("response-text-short", here, value=excerpt(value), min=least)
    if isinstance(most, int) and len(value) > most:
        run.add("response-text-long", here, value=excerpt(value), max=most)


def _check_form(question: Resource, value: str, here: Place, run: Run) -> None:
    pattern = extension_value(question, "regex")
    if not isinstance(pattern, str):
        return
    if not fits(pattern, value, here, run):
        run.add("response-text-form", here, value=excerpt(value), pattern=excerpt(pattern))


def _check_unit(
    question: Resource, value: Resource, here: Place, member_of: Asked, run: Run
) -> None:
    allowed = [row for row in extension_values(question, "questionnaire-unitOption") if row]
    unit = (value.get("system"), value.get("code"))
    if allowed and not any((row.get("system"), row.get("code")) == unit for row in allowed):
        wanted = ", ".join(str(row.get("code")) for row in allowed)
        run.add("response-unit", here, value=_show(value), wanted=wanted)
    canonical = extension_value(question, "questionnaire-unitValueSet")
    if isinstance(canonical, str):
        coding = {key: value[key] for key in ("system", "code") if key in value}
        found = member_of("Coding", coding, canonical) if len(coding) == 2 else False
        if found is None:
            run.add("value-set-unknown", here, value_set=canonical)
        elif not found:
            run.add("response-unit-value-set", here, value=_show(value), value_set=canonical)


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('value', '')} {value.get('unit') or value.get('code') or ''}".strip()
    return excerpt(value)
