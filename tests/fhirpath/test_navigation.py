"""Path selection, on types known before and on types that only the values tell."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.resource.types import Resource

Evaluate: TypeAlias = Callable[..., list[Any]]

PATHS = [
    ("id", ["p1"]),
    ("name.family", ["Chalmers"]),
    ("name.given", ["Peter", "James", "Jim"]),
    ("name[1].given", ["Jim"]),
    ("name.where(use = 'usual').given", ["Jim"]),
    ("birthDate.id", ["birth"]),
    ("birthDate.extension.url", ["urn:time"]),
    ("birthDate.extension.value", ["1974-12-25T14:35:45-05:00"]),
    ("name.given.extension.value", ["masked"]),
    ("deceased", ["2015-02"]),
    ("multipleBirth", [2]),
    ("contained.name.family", ["Roux"]),
    ("contained.id", ["gp"]),
    ("maritalStatus.coding.code", []),
    ("name.family.given", []),
    ("photo.url", []),
    ("name.given.nothing", []),
]


@pytest.mark.parametrize("context", [None, ""])
@pytest.mark.parametrize(("expression", "expected"), PATHS)
def test_paths(
    evaluate: Evaluate, expression: str, expected: list[Any], context: str | None
) -> None:
    """A path gives the same with and without a static type."""
    assert evaluate(expression, context=context) == expected


def test_arrays_where_one_value_is_defined_are_read(evaluate: Evaluate) -> None:
    """A repeating element that holds a bare value is read as one item."""
    assert evaluate("name.family", {"resourceType": "Patient", "name": {"family": "Roux"}}) == [
        "Roux"
    ]


def test_choice_elements_are_narrowed(evaluate: Evaluate) -> None:
    """`ofType`, `as` and `is` read the property of the type."""
    quantity: Resource = {
        "resourceType": "Observation",
        "valueQuantity": {"value": 5, "unit": "mg"},
        "component": [{"valueString": "a"}, {"valueInteger": 1}],
    }
    assert evaluate("value.unit", quantity) == ["mg"]
    assert evaluate("value.ofType(Quantity).unit", quantity) == ["mg"]
    assert evaluate("(value as Quantity).unit", quantity) == ["mg"]
    assert evaluate("value.as(string)", quantity) == []
    assert evaluate("value is Quantity", quantity) == [True]
    assert evaluate("component.value.ofType(string)", quantity) == ["a"]
    assert evaluate("(component.value as integer)", quantity) == [1]


def test_a_choice_may_have_extensions_only(evaluate: Evaluate) -> None:
    """A choice without a value exists when it has extensions."""
    observation: Resource = {
        "resourceType": "Observation",
        "_valueString": {"extension": [{"url": "urn:why", "valueCode": "x"}]},
    }
    assert evaluate("value.exists()", observation) == [True]
    assert evaluate("value.hasValue()", observation) == [False]
    assert evaluate("value.extension.value", observation) == ["x"]


def test_entries_of_a_bundle_have_their_own_types(evaluate: Evaluate, patient: Resource) -> None:
    """The type of a resource in a resource comes from the resource."""
    bundle: Resource = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": patient}, {"resource": {"resourceType": "Person", "id": "x"}}],
    }
    assert evaluate("entry.resource.id", bundle) == ["p1", "x"]
    assert evaluate("entry.resource.ofType(Patient).name.family", bundle) == ["Chalmers"]
    assert evaluate("entry.resource.name.family", bundle) == ["Chalmers"]
    assert evaluate("entry[1].resource is Person", bundle) == [True]
    assert evaluate("entry.resource.where($this is Patient).birthDate", bundle) == ["1974-12-25"]
