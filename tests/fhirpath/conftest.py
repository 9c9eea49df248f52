"""What the FHIRPath tests share: the R4 definitions, a patient, and a short way to evaluate."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from cordee import fhirpath
from cordee.definitions.repository import Repository
from cordee.fhirpath import Environment
from cordee.resource.types import Resource

Evaluate: TypeAlias = Callable[..., list[Any]]
"""Takes an expression, perhaps a focus, and `context`, `strict`, `environment` by name."""


@pytest.fixture(scope="session")
def schema() -> Repository:
    """The R4 definitions."""
    return Repository.load()


@pytest.fixture
def patient() -> Resource:
    """A patient with repeating, nested, choice, extended and contained elements."""
    return {
        "resourceType": "Patient",
        "id": "p1",
        "active": True,
        "birthDate": "1974-12-25",
        "_birthDate": {
            "id": "birth",
            "extension": [{"url": "urn:time", "valueDateTime": "1974-12-25T14:35:45-05:00"}],
        },
        "name": [
            {
                "use": "official",
                "family": "Chalmers",
                "given": ["Peter", None, "James"],
                "_given": [None, {"extension": [{"url": "urn:why", "valueCode": "masked"}]}, None],
            },
            {"use": "usual", "given": ["Jim"]},
        ],
        "deceasedDateTime": "2015-02",
        "multipleBirthInteger": 2,
        "generalPractitioner": [
            {"reference": "#gp"},
            {"reference": "Practitioner/2"},
            {"reference": "urn:uuid:8f14", "type": "Organization"},
        ],
        "contained": [{"resourceType": "Practitioner", "id": "gp", "name": [{"family": "Roux"}]}],
    }


@pytest.fixture
def evaluate(schema: Repository, patient: Resource) -> Evaluate:
    """Evaluate with the static type of the focus, or with `context=""` without one."""

    def run(
        expression: str,
        focus: Any = None,
        *,
        context: str | None = None,
        strict: bool = False,
        environment: Environment | None = None,
    ) -> list[Any]:
        given = patient if focus is None else focus
        if context is None and isinstance(given, dict):
            context = given.get("resourceType")
        compiled = fhirpath.compile(expression, schema, context or None, strict=strict)
        return compiled(given, environment)

    return run


@pytest.fixture
def check(evaluate: Evaluate) -> Callable[[dict[str, Any]], None]:
    """Hold expressions on the patient against results; a bare result is a list of one."""

    def hold(rows: dict[str, Any]) -> None:
        for expression, expected in rows.items():
            wanted = expected if isinstance(expected, list) else [expected]
            assert evaluate(expression) == wanted, expression

    return hold
