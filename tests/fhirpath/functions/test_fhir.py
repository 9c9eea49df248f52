"""Extensions, values and references."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee.fhirpath import CannotEvaluateError, Environment

Evaluate: TypeAlias = Callable[..., list[Any]]
Check: TypeAlias = Callable[[dict[str, Any]], None]


def test_extensions_and_values(check: Check) -> None:
    """Extensions of elements and primitives, and whether there is a value."""
    check(
        {
            "birthDate.extension('urn:time').exists()": True,
            "birthDate.extension('urn:other').exists()": False,
            "birthDate.hasExtension('urn:time')": True,
            "birthDate.hasValue()": True,
            "name.hasValue()": False,
            "name.given.select(hasValue())": [True, False, True, True],
            "birthDate.getValue() is System.Date": True,
            "name.given.hasValue()": False,
            "name[1].given.hasValue()": True,
            "name.extension('urn:x')": [],
            "photo.getValue()": [],
            "({}).resolve()": [],
            "contained.first().name.resolve()": [],
            "'#'.resolve().id": "p1",
            "'#gp'.resolve().id": "gp",
            "generalPractitioner.identifier.resolve()": [],
            "('mailto:x').where(resolve() is Patient)": [],
            "name.given[1].getValue()": [],
            "children().where($this is date).getValue() = @1974-12-25": True,
        },
    )


def test_references(evaluate: Evaluate) -> None:
    """References resolve inside the resource or by the service; their type needs no fetch."""
    fetched: list[str] = []

    def resolve(reference: str) -> dict[str, Any] | None:
        fetched.append(reference)
        return {"resourceType": "Practitioner", "id": "2"} if "/" in reference else None

    environment = Environment(resolve=resolve)
    assert evaluate("generalPractitioner.resolve().id", environment=environment) == ["gp", "2"]
    assert fetched == ["Practitioner/2", "urn:uuid:8f14"]
    kept = "generalPractitioner.where(resolve() is Practitioner).reference"
    assert evaluate(kept) == ["#gp", "Practitioner/2"]
    assert evaluate("generalPractitioner.where(resolve() is Organization).type") == ["Organization"]
    with pytest.raises(CannotEvaluateError, match="Practitioner/2"):
        evaluate("generalPractitioner.resolve()")
