"""The expressions of a plan: conditions and dynamic values, in FHIRPath.

They see the person as focus and as `%patient`, and `%start`, `%previous` where they exist.

https://hl7.org/fhir/R4/plandefinition-definitions.html#PlanDefinition.action.condition
"""

from typing import Any

from cordee.definitions.element import Schema
from cordee.errors import Category, FhirError
from cordee.fhirpath import Environment, FhirPathError, compile  # noqa: A004 - the name to look for
from cordee.resource.types import Resource

LANGUAGES = frozenset({"text/fhirpath"})
STEPS = 50_000
"""Budget of one expression."""

Element = dict[str, Any]


class Expressions:
    """Evaluates the expressions of one application to one person."""

    def __init__(self, schema: Schema, patient: Resource, **variables: Any) -> None:
        """Take the person; a variable named `previous` is `%previous`."""
        self._schema = schema
        self._patient = patient
        known = {"patient": patient} | variables
        self._variables = {name: value for name, value in known.items() if value is not None}

    def holds(self, action: Element, kind: str) -> bool:
        """Tell whether all conditions of a kind (`applicability`, `start`, `stop`) hold."""
        return all(
            self._evaluate(condition.get("expression", {})) == [True]
            for condition in action.get("condition", ())
            if condition["kind"] == kind
        )

    def value(self, expression: Element) -> Any:
        """Give the value of a dynamic value; None where there is none."""
        found = self._evaluate(expression)
        return found[0] if found else None

    def _evaluate(self, expression: Element) -> list[Any]:
        language, text = expression.get("language"), expression.get("expression", "")
        if language not in LANGUAGES:
            raise _bad(f"Expressions in {language} are not understood; text/fhirpath is")
        try:
            ready = compile(text, self._schema)
            surround = Environment(variables=self._variables, steps=STEPS)
            return ready(self._patient, surround)
        except FhirPathError as error:
            raise _bad(f"{text}: {error}") from error


def _bad(text: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")
