"""Filters of a value set's compose: which concepts of a code system they let through.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any, TypeAlias

import regex

from cordee.errors import Category, FhirError
from cordee.terminology.code_system import CodeSystem, Concept

Test: TypeAlias = Callable[[Concept], bool]

SECONDS = 1.0
"""How long one regular expression may take, over all concepts."""
_ITSELF = frozenset(("concept", "code"))
_FLAGS: Mapping[str, Callable[[Concept], bool]] = {
    "inactive": lambda concept: concept.inactive,
    "notSelectable": lambda concept: concept.abstract,
}
"""Properties that are false where a concept does not say them."""
_TRUTHS = {"true": True, "false": False}


def compile_filter(system: CodeSystem, property: str, operator: str, value: str) -> Test:
    """Make the test of one filter.

    Raises `FhirError` (UNPROCESSABLE) for an operator the specification does not have, a pattern
    that is not a regular expression, and `exists` of anything but true and false.
    """
    build = OPERATORS.get(operator)
    if build is None:
        raise FhirError(
            Category.UNPROCESSABLE, f"{operator} is not a filter operator of value sets"
        )
    return build(system, property, value)


def _equals(system: CodeSystem, property: str, value: str) -> Test:
    return _one_of(system, property, (value,))


def _is_a(system: CodeSystem, property: str, value: str) -> Test:  # noqa: ARG001 - one signature
    allowed = system.descendants(value) | _self(system, value)
    return lambda concept: concept.code in allowed


def _descendent_of(system: CodeSystem, property: str, value: str) -> Test:  # noqa: ARG001
    allowed = system.descendants(value)
    return lambda concept: concept.code in allowed


def _is_not_a(system: CodeSystem, property: str, value: str) -> Test:  # noqa: ARG001
    refused = system.descendants(value) | _self(system, value)
    return lambda concept: concept.code not in refused


def _generalizes(system: CodeSystem, property: str, value: str) -> Test:  # noqa: ARG001
    allowed = system.ancestors(value) | _self(system, value)
    return lambda concept: concept.code in allowed


def _in(system: CodeSystem, property: str, value: str) -> Test:
    return _one_of(system, property, [part.strip() for part in value.split(",")])


def _not_in(system: CodeSystem, property: str, value: str) -> Test:
    inside = _in(system, property, value)
    return lambda concept: not inside(concept)


def _one_of(system: CodeSystem, property: str, values: Iterable[str]) -> Test:
    """Compare values as the system compares its codes."""

    def key(text: str) -> str:
        return text if system.case_sensitive else text.lower()

    wanted = frozenset(map(key, values))
    return lambda concept: any(key(text) in wanted for text in _values(concept, property))


def _exists(system: CodeSystem, property: str, value: str) -> Test:  # noqa: ARG001
    wanted = _TRUTHS.get(value.strip().lower())
    if wanted is None:
        text = f"The filter {property} exists must be true or false, not {value}"
        raise FhirError(Category.UNPROCESSABLE, text)
    return lambda concept: bool(_values(concept, property)) is wanted


def _regex(system: CodeSystem, property: str, value: str) -> Test:  # noqa: ARG001
    try:
        pattern = regex.compile(value)
    except regex.error as error:
        text = f"{value} is not a regular expression: {error}"
        raise FhirError(Category.UNPROCESSABLE, text) from None

    left = SECONDS

    def test(concept: Concept) -> bool:
        nonlocal left
        start = perf_counter()
        try:
            return any(
                pattern.fullmatch(text, timeout=max(left, 0.001))
                for text in _values(concept, property)
            )
        except TimeoutError:
            text = f"The regular expression {value} takes too long"
            raise FhirError(Category.TOO_COSTLY, text) from None
        finally:
            left -= perf_counter() - start

    return test


def _self(system: CodeSystem, code: str) -> frozenset[str]:
    found = system.find(code)
    return frozenset((found.code,)) if found else frozenset()


def _values(concept: Concept, property: str) -> list[str]:
    """Give the values of a property as text; some properties every concept has."""
    if property in _ITSELF:
        return [concept.code]
    if property == "display":
        return [concept.display] if concept.display else []
    if property == "definition":
        return [concept.definition] if concept.definition else []
    if property in {"parent", "child"}:
        return list(concept.parents if property == "parent" else concept.children)
    if property in _FLAGS:
        return [_text(_FLAGS[property](concept))]
    return [_text(part.value) for part in concept.properties if property in part.names]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.get("code", "")) if isinstance(value, dict) else str(value)


OPERATORS: Mapping[str, Callable[[CodeSystem, str, str], Test]] = {
    "=": _equals,
    "descendent-of": _descendent_of,
    "exists": _exists,
    "generalizes": _generalizes,
    "in": _in,
    "is-a": _is_a,
    "is-not-a": _is_not_a,
    "not-in": _not_in,
    "regex": _regex,
}
"""Operator → how to make its test (https://hl7.org/fhir/R4/valueset-filter-operator.html)."""
