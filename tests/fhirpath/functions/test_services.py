"""What only the caller can answer."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import CannotEvaluateError, Environment, FhirPathError

Evaluate: TypeAlias = Callable[..., list[Any]]


SERVED = {
    "gender.memberOf('urn:vs')": [],
    "active.memberOf('urn:vs')": [True],
    "conformsTo('urn:profile')": [True],
    "name.first().elementDefinition().path": ["Patient.name"],
    "name.slice('urn:profile', 'usual').use": ["usual"],
}


def test_services_of_the_caller(evaluate: Evaluate) -> None:
    """Terminology, profiles and definitions are asked of the environment."""
    environment = Environment(
        member_of=lambda type_name, value, url: (
            (type_name, value, url) == ("boolean", True, "urn:vs")
        ),
        conforms_to=lambda type_name, _value, _url: type_name == "Patient",
        element_definition=lambda _type, _value: {"path": "Patient.name"},
        in_slice=lambda _type, value, _structure, name: value["use"] == name,
    )
    for expression, expected in SERVED.items():
        assert evaluate(expression, environment=environment) == expected


@pytest.mark.parametrize("expression", [text for text, found in SERVED.items() if found])
@pytest.mark.parametrize("knows", [True, False])
def test_nothing_is_silently_true(evaluate: Evaluate, expression: str, knows: bool) -> None:
    """Without a service, or when it does not know, there is no answer but an error."""
    environment = Environment()
    if not knows:
        environment = Environment(
            member_of=lambda *_: None,
            conforms_to=lambda *_: None,
            element_definition=lambda *_: None,
            in_slice=lambda *_: None,
        )
    with pytest.raises(CannotEvaluateError):
        evaluate(expression, environment=environment)


def test_subsumption(evaluate: Evaluate) -> None:
    """Codings and the codings of CodeableConcepts are compared by the service."""
    environment = Environment(
        subsumes=lambda broad, narrow: broad["code"] <= narrow["code"],
        variables={},
    )
    focus = {
        "resourceType": "Observation",
        "code": {"coding": [{"code": "a"}]},
        "category": [{"coding": [{"code": "b"}]}],
    }
    asked = "code.subsumes(category.first())", "code.subsumedBy(category.first())"
    assert [evaluate(text, focus, environment=environment) for text in asked] == [[True], [False]]
    assert evaluate("method.subsumes(code)", focus, environment=environment) == []
    assert evaluate("code.coding.subsumes(category.coding)", focus, environment=environment) == [
        True
    ]
    with pytest.raises(FhirPathError):
        evaluate("id.subsumes('b')", {**focus, "id": "a"}, environment=environment)


def test_a_service_may_evaluate_in_the_same_environment(evaluate: Evaluate) -> None:
    """What an evaluation had set is as before when the service returns."""
    environment = Environment()

    def conforms(_type: str, _value: Any, _url: str) -> bool:
        return evaluate("'x'.select($this)", "focus", environment=environment) == ["x"]

    environment.conforms_to = conforms
    expression = "name.where(conformsTo('urn:x') and $index = 1).select(%context.id)"
    assert evaluate(expression, environment=environment) == ["p1"]


def test_modifiers_must_be_known(evaluate: Evaluate) -> None:
    """checkModifiers() passes its focus on, or raises."""
    focus = {"resourceType": "Patient", "id": "x", "modifierExtension": [{"url": "urn:m"}]}
    assert evaluate("checkModifiers('urn:m').id", focus) == ["x"]
    with pytest.raises(FhirPathError, match="urn:m"):
        evaluate("checkModifiers('urn:other').id", focus)
